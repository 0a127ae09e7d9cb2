import { types } from 'node:util';
import { builtInBytes, isBuiltInName, viewBytes, platformBytes } from './built-in-bytes';
import { isNumbers, isUsual, listNames, numbersBytes } from './lists';
import { ObjectQueue } from './object-queue';
import { listBytes, objectBytes, sparseBytes } from './object-bytes';
import { bigintBytes, textBytes } from './text-bytes';

/** An entry of L1 without its value and its place in the store: twelve fields, and the promise that a hit gives. */
export const bytesPerLocalEntry = 168;

const arrayBytes = 32;

/** A number that is no small integer. */
const heapNumberBytes = 16;

const functionBytes = 112;

const symbolBytes = 32;

/** A field under a symbol, which is no part of the shape. */
const symbolFieldBytes = 16;

/** Counted for an object that throws when it is read. */
const unknownBytes = 256;

/** In a row of objects with equal names one in so many is searched for symbols: a search takes as long as all the rest. */
const objectsPerSearch = 8;

/** Called with memory that a part is cut from, which other values may be cut from too. */
type OnSlab = (slab: ArrayBufferLike) => void;

/**
 * Estimates the memory that a value takes: too much rather than too little. It visits every part, because a sample misses the one large text among
 * many small ones; that takes about as long as `JSON.stringify`. An object that is reached twice counts once; an object that several values share is
 * counted for each. Private fields, closures, the room of deleted fields, and the texts that slices keep alive cannot be seen.
 * @param enough - the estimate ends when it has passed this number of bytes
 * @param onSlab - takes memory that is cut into slices; without it, that memory is counted here
 */
export function approximateBytes(value: unknown, enough = Infinity, onSlab?: OnSlab): number {
  return typeof value === 'string' ? textBytes(value) : Math.ceil(new Estimate(enough, onSlab).of(value));
}

/** Visits a value level by level, so that objects of one kind mostly follow one another. */
class Estimate {
  #bytes = 0;
  readonly #enough: number;
  readonly #onSlab: OnSlab | undefined;
  readonly #objects = new ObjectQueue();
  /** The names of the last object (`undefined` before the first), the bytes of its fields, and how many objects before it were like it. */
  #names: readonly string[] | undefined;
  #shapeBytes = 0;
  #alike = 0;
  #hasSymbols = false;

  constructor(enough: number, onSlab: OnSlab | undefined) {
    this.#enough = enough;
    this.#onSlab = onSlab;
  }

  of(value: unknown): number {
    this.#visit(value);
    for (let next = this.#objects.next(); next !== undefined && this.#bytes <= this.#enough; next = this.#objects.next()) {
      this.#visitObject(next);
    }
    return this.#bytes;
  }

  #visit(value: unknown): void {
    if (typeof value === 'string') this.#bytes += textBytes(value);
    else if (typeof value === 'number') this.#bytes += isSmallInteger(value) ? 0 : heapNumberBytes;
    else if ((typeof value === 'object' && value !== null) || typeof value === 'function') this.#objects.add(value);
    else this.#bytes += primitiveBytes(value);
  }

  #visitObject(object: object): void {
    let bytes = unknownBytes;
    try {
      bytes = this.#objectBytes(object);
    } catch {
      // A proxy of the application threw: the write goes on.
    }
    this.#bytes += bytes;
  }

  /** The bytes of the object itself; visits its parts. */
  #objectBytes(object: object): number {
    if (Array.isArray(object)) return arrayBytes + this.#elementBytes(object);
    if (ArrayBuffer.isView(object)) return this.#viewBytes(object);
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === Object.prototype) return this.#fieldBytes(object, Object.getOwnPropertyNames(object), true);
    if (prototype === null) return this.#fieldBytes(object, Object.getOwnPropertyNames(object), false);
    return this.#instanceBytes(object);
  }

  #viewBytes({ buffer, byteLength }: ArrayBufferView): number {
    if (byteLength < buffer.byteLength && this.#onSlab !== undefined) this.#onSlab(buffer);
    else this.#objects.add(buffer);
    return viewBytes;
  }

  #instanceBytes(object: object): number {
    if (types.isMap(object)) for (const pair of object) for (const part of pair) this.#visit(part);
    else if (types.isSet(object)) for (const item of object) this.#visit(item);
    const bytes = typeof object === 'function' ? functionBytes : builtInBytes(object);
    const names = Object.getOwnPropertyNames(object);
    if (bytes === 0) return platformBytes(object) || this.#fieldBytes(object, names, true);
    if (types.isStringObject(object)) return bytes;
    const added = names.filter((name) => !isBuiltInName(name));
    return bytes + (added.length > 0 ? this.#fieldBytes(object, added, true) : this.#symbolBytes(object));
  }

  #fieldBytes(object: object, names: readonly string[], hasPrototype: boolean): number {
    this.#visitFields(object, names);
    const isAlike = equalNames(names, this.#names);
    this.#alike = isAlike && hasPrototype ? this.#alike + 1 : 0;
    this.#names = names;
    // The first object of a shape may be a dictionary, the second one is not.
    if (this.#alike < 2) this.#shapeBytes = objectBytes(object, names, hasPrototype);
    return this.#shapeBytes + this.#symbolBytes(object);
  }

  /** Runs enumerable getters, as `JSON.stringify` does, because they show the state that they keep alive. */
  #visitFields(object: object, names: readonly string[]): void {
    const areEnumerable = names.length === Object.keys(object).length;
    for (const name of names) this.#visit(areEnumerable ? read(object, name) : readOrSkip(object, name));
  }

  #symbolBytes(object: object): number {
    if (this.#alike > 0 && !this.#hasSymbols && Math.random() * objectsPerSearch >= 1) return 0;
    const symbols = Object.getOwnPropertySymbols(object);
    this.#hasSymbols = symbols.length > 0;
    for (const symbol of symbols) this.#visit(readOrSkip(object, symbol));
    return symbols.length * symbolFieldBytes;
  }

  #elementBytes(list: readonly unknown[]): number {
    const { length } = list;
    if (!isUsual(list)) return this.#unusualListBytes(list);
    if (isNumbers(list)) return numbersBytes(length);
    for (let at = 0; at < length; at++) this.#visit(list[at]);
    return listBytes(length);
  }

  /** A list with holes, or with fields besides its items. */
  #unusualListBytes(list: readonly unknown[]): number {
    const { added, indexes } = listNames(list);
    for (const name of indexes) this.#visit(read(list, name));
    const bytes = indexes.length === 0 ? listBytes(list.length) : sparseBytes(indexes.length, list.length);
    return bytes + (added.length > 0 ? this.#fieldBytes(list, added, true) : this.#symbolBytes(list));
  }
}

function equalNames(names: readonly string[], others: readonly string[] | undefined): boolean {
  if (names.length !== others?.length) return false;
  for (let at = 0; at < names.length; at++) if (names[at] !== others[at]) return false;
  return true;
}

/** A getter may throw; the other fields are counted nevertheless. */
function read(object: object, name: string): unknown {
  try {
    return (object as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

/** Leaves out hidden getters: a library hides those that load something. */
function readOrSkip(object: object, name: string | symbol): unknown {
  const field = Object.getOwnPropertyDescriptor(object, name);
  return field?.get !== undefined && field.enumerable === true ? read(object, name as string) : (field?.value as unknown);
}

function isSmallInteger(value: number): boolean {
  return value === (value | 0);
}

function primitiveBytes(value: unknown): number {
  switch (typeof value) {
    case 'bigint':
      return bigintBytes(value);
    case 'symbol':
      return symbolBytes + textBytes(value.description ?? '');
    default:
      return 0;
  }
}
