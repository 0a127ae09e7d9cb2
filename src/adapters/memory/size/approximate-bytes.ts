import type { LocalEntry } from '../../../domain/entry/entry';
import { ObjectShape, powerOfTwo } from './object-shape';
import { textBytes } from './text-bytes';

/** Eight fields. */
const bytesPerLocalEntry = 88;

/** Values looked at inside one, so that the price is bounded: a few microseconds, and 0.1 for each name of a dictionary. */
const visitLimit = 200;

/**
 * Parts looked at of each list, evenly spread from a random one on, so that nobody who fills a list can hide what is large in it; the others are
 * taken for their like. A record has fewer, and they differ.
 */
const listSample = 16;

const recordSample = 64;

/** What V8 takes on a 64-bit machine without pointer compression, as Node.js is built; measured. */
const listBytes = 32;

const listStoreBytes = 16;

const elementBytes = 8;

const mapBytes = 72;

const mapSlotBytes = 28;

const setSlotBytes = 20;

const dateBytes = 112;

const bufferBytes = 72;

const viewBytes = 168;

/** Of a number that is no small integer. */
const heapNumberBytes = 16;

/** Of what throws when it is looked at. */
const unknownBytes = 32;

/**
 * A rough size in memory. What is not looked at, since there is so much of it, is estimated from what is. What a value holds twice counts once;
 * what several values share is counted for each of them.
 */
export function approximateBytes(value: unknown): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value !== 'object' || value === null) return 0;
  try {
    return Math.round(new Estimate().of(value));
  } catch {
    // A getter or a proxy of somebody's: no reason for a write to fail.
    return unknownBytes;
  }
}

class Estimate {
  #visits = 0;
  /** A list: to make a `Set` costs more than to look through one that is this short. */
  readonly #seen: object[] = [];

  of(value: unknown): number {
    this.#visits++;
    if (typeof value === 'string') return textBytes(value);
    if (typeof value === 'number') return value === (value | 0) ? 0 : heapNumberBytes;
    return typeof value === 'object' && value !== null && this.#isNew(value) ? this.#ofObject(value) : 0;
  }

  #isNew(object: object): boolean {
    if (this.#seen.includes(object)) return false;
    this.#seen.push(object);
    return true;
  }

  #ofObject(object: object): number {
    if (Array.isArray(object)) return this.#ofList(object);
    if (ArrayBuffer.isView(object)) return viewBytes + object.byteLength;
    if (object instanceof ArrayBuffer) return bufferBytes + object.byteLength;
    if (object instanceof Date) return dateBytes;
    if (object instanceof Map) return this.#ofMap(object);
    if (object instanceof Set) return mapBytes + powerOfTwo(object.size) * setSlotBytes + this.#ofItems(object, object.size);
    return this.#ofFields(object);
  }

  #ofList(list: readonly unknown[]): number {
    if (list.length === 0) return listBytes;
    const step = Math.max(1, Math.floor(list.length / listSample));
    let seen = 0;
    let bytes = 0;
    for (let index = Math.floor(Math.random() * step); index < list.length && this.#visits < visitLimit; index += step) {
      // V8 keeps a list of numbers without boxes.
      if (typeof list[index] !== 'number') bytes += this.of(list[index]);
      seen++;
    }
    return listBytes + listStoreBytes + list.length * elementBytes + likewise(bytes, seen, list.length);
  }

  #ofMap(map: ReadonlyMap<unknown, unknown>): number {
    const { size } = map;
    return mapBytes + powerOfTwo(size) * mapSlotBytes + this.#ofItems(map.keys(), size) + this.#ofItems(map.values(), size);
  }

  #ofItems(items: Iterable<unknown>, count: number): number {
    let seen = 0;
    let bytes = 0;
    for (const item of items) {
      if (seen === listSample || this.#visits >= visitLimit) break;
      bytes += this.of(item);
      seen++;
    }
    return likewise(bytes, seen, count);
  }

  /** `for in`: `Object.keys` would make a list of a record's names each time. */
  #ofFields(object: object): number {
    const shape = new ObjectShape();
    let seen = 0;
    let bytes = 0;
    for (const name in object) {
      shape.add(name);
      if (shape.fields > recordSample || this.#visits >= visitLimit) continue;
      bytes += this.of((object as Readonly<Record<string, unknown>>)[name]);
      seen++;
    }
    return shape.bytes() + likewise(bytes, seen, shape.fields);
  }
}

/** What `count` parts take when `seen` of them take `bytes`. */
function likewise(bytes: number, seen: number, count: number): number {
  return seen === 0 ? 0 : (bytes * count) / seen;
}

/** What an entry takes in memory, more or less. */
export function localEntryBytes({ value }: LocalEntry): number {
  return bytesPerLocalEntry + approximateBytes(value);
}
