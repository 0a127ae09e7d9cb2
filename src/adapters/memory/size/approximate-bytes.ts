import { types } from 'node:util';
import type { LocalEntry } from '../../../domain/entry/entry';
import { builtInBytes, viewAndBufferBytes } from './built-in-bytes';
import { listBytes, objectBytes, sparseBytes } from './object-bytes';
import { SeenObjects } from './seen-objects';
import { bigintBytes, textBytes } from './text-bytes';

/** Twelve fields, and the promise that a hit gives. */
const bytesPerLocalEntry = 168;

/** On each level of nesting so many parts are counted exactly; of more, a random sample is. A level then takes 0.1 ms or less. */
const partsPerLevel = 1_024;

const objectsPerLevel = 256;

/** Parts of one object that are looked at in any case. */
const minParts = 8;

/** On all levels together. */
const maxParts = 8_192;

const arrayBytes = 32;

/** Pairs and the like are mostly written as literals, without spare slots. */
const longestTuple = 4;

const tupleBytes = 16;

const elementBytes = 8;

/** A number that is no small integer. */
const heapNumberBytes = 16;

const functionBytes = 112;

const symbolBytes = 32;

/** Counted for an object that throws when it is read: its getters are functions. */
const unknownBytes = 256;

/** Looking for holes at more places would take longer than counting them as items is wrong. */
const placesForHoles = 64;

/**
 * Estimates the memory that a value takes: too much rather than too little, and in bounded time. An object that is reached twice counts once;
 * an object that several values share is counted for each. Private fields, closures and the texts that slices keep alive cannot be seen.
 */
export function approximateBytes(value: unknown): number {
  return typeof value === 'string' ? textBytes(value) : Math.ceil(new Estimate().of(value));
}

/** An entry of L1, without its place in the store. */
export function localEntryBytes({ value }: LocalEntry, bytesOf: (value: unknown) => number = approximateBytes): number {
  return bytesPerLocalEntry + bytesOf(value);
}

/**
 * Visits a value level by level. Where a level has too many objects, or an object too many parts, a random sample of them is visited, and each
 * one is counted for several: its weight. Random, so that an attacker cannot place a large part where it is not looked at.
 */
class Estimate {
  #bytes = 0;
  #parts = 0;
  #visitedWeight = 0;
  #objects: object[] = [];
  #weights: number[] = [];
  readonly #seen = new SeenObjects();

  of(value: unknown): number {
    this.#visit(value, 1);
    while (this.#objects.length > 0 && this.#parts < maxParts) this.#visitLevel(this.#objects, this.#weights);
    return this.#bytes + this.#unvisitedBytes();
  }

  #visitLevel(objects: readonly object[], weights: readonly number[]): void {
    this.#objects = [];
    this.#weights = [];
    const step = Math.max(1, objects.length / objectsPerLevel);
    const endOfLevel = this.#parts + partsPerLevel;
    for (let at = startOf(step); at < objects.length; at += step) {
      const limit = Math.max(minParts, ((endOfLevel - this.#parts) * step) / (objects.length - at));
      this.#visitObject(objects[Math.floor(at)] as object, (weights[Math.floor(at)] as number) * step, limit);
    }
  }

  /** Objects past the limit of all levels count as much as those before it. */
  #unvisitedBytes(): number {
    let weight = 0;
    for (const one of this.#weights) weight += one;
    return weight === 0 ? 0 : (this.#bytes / this.#visitedWeight) * weight;
  }

  #visit(value: unknown, weight: number): void {
    this.#parts++;
    if (typeof value === 'object' && value !== null) this.#later(value, weight);
    else if (typeof value !== 'number') this.#bytes += weight * primitiveBytes(value);
    else if (!isSmallInteger(value)) this.#bytes += weight * heapNumberBytes;
  }

  #later(object: object, weight: number): void {
    if (!this.#seen.add(object)) return;
    this.#objects.push(object);
    this.#weights.push(weight);
  }

  #visitObject(object: object, weight: number, limit: number): void {
    this.#visitedWeight += weight;
    let bytes = unknownBytes;
    try {
      bytes = this.#objectBytes(object, weight, limit);
    } catch {
      // A getter or a proxy of the application threw: the write goes on.
    }
    this.#bytes += weight * bytes;
  }

  /** The bytes of the object itself; visits its parts. */
  #objectBytes(object: object, weight: number, limit: number): number {
    if (Array.isArray(object)) return arrayBytes + this.#elementBytes(object, weight, limit);
    if (ArrayBuffer.isView(object)) return viewAndBufferBytes(object, (buffer) => this.#seen.add(buffer));
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === Object.prototype || prototype === null) return this.#fieldBytes(object, prototype !== null, weight, limit);
    return this.#instanceBytes(object, weight, limit);
  }

  #instanceBytes(object: object, weight: number, limit: number): number {
    if (types.isMap(object)) {
      this.#visitItems(object.keys(), object.size, weight, limit / 2);
      this.#visitItems(object.values(), object.size, weight, limit / 2);
    } else if (types.isSet(object)) this.#visitItems(object, object.size, weight, limit);
    const bytes = builtInBytes(object);
    return types.isBoxedPrimitive(object) ? bytes : Math.max(bytes, this.#fieldBytes(object, true, weight, limit));
  }

  #fieldBytes(object: object, hasPrototype: boolean, weight: number, limit: number): number {
    const names = Object.keys(object);
    this.#visitFields(object as Readonly<Record<string, unknown>>, names, weight, limit);
    return objectBytes(names, hasPrototype);
  }

  #visitFields(object: Readonly<Record<string, unknown>>, names: readonly string[], weight: number, limit: number): void {
    const step = Math.max(1, names.length / limit);
    for (let at = startOf(step); at < names.length; at += step) this.#visit(object[names[Math.floor(at)] as string], weight * step);
  }

  #visitItems(items: Iterable<unknown>, count: number, weight: number, limit: number): void {
    const step = Math.max(1, count / limit);
    let next = Math.floor(startOf(step));
    let at = 0;
    for (const item of items) {
      if (at++ < next) continue;
      this.#visit(item, weight * step);
      next = Math.floor(next + step);
    }
  }

  #elementBytes(list: readonly unknown[], weight: number, limit: number): number {
    const { length } = list;
    if (length === 0) return 0;
    if (hasHoles(list)) return this.#sparseListBytes(list, weight, limit);
    if (isNumbers(list)) return length > longestTuple ? listBytes(length) : tupleBytes + length * elementBytes;
    const step = Math.max(1, length / limit);
    for (let at = startOf(step); at < length; at += step) this.#visit(list[Math.floor(at)], weight * step);
    return listBytes(length);
  }

  #sparseListBytes(list: readonly unknown[], weight: number, limit: number): number {
    const names = Object.keys(list);
    this.#visitFields(list as unknown as Readonly<Record<string, unknown>>, names, weight, limit);
    return names.length === 0 ? listBytes(list.length) : sparseBytes(names.length, list.length);
  }
}

/** Where a sample begins that takes one part in `step`. */
function startOf(step: number): number {
  return step === 1 ? 0 : Math.random() * step;
}

function isSmallInteger(value: number): boolean {
  return value === (value | 0);
}

function primitiveBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value);
    case 'bigint':
      return bigintBytes(value);
    case 'function':
      return functionBytes;
    case 'symbol':
      return symbolBytes;
    default:
      return 0;
  }
}

/*
 * Reads a list of unknown kind without `list[index]`: optimised code that reads lists of several kinds at one place converts lists of numbers to
 * lists of boxes, which are three times as large.
 */

function hasHoles(list: readonly unknown[]): boolean {
  const step = Math.max(1, list.length / placesForHoles);
  for (let at = startOf(step); at < list.length; at += step) if (!Reflect.has(list, Math.floor(at))) return true;
  return false;
}

/** V8 keeps such a list without boxes for its numbers. */
function isNumbers(list: readonly unknown[]): boolean {
  return list.every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
