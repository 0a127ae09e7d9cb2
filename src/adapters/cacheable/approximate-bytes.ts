/** Parts looked at inside one value, so that the price is bounded: a few microseconds for the largest. */
const visitLimit = 200;

/** Parts looked at of each list, evenly spread; the others are taken for their like. A record has fewer, and they differ. */
const listSample = 16;
const recordSample = 64;

/** What V8 takes on a 64-bit machine, more or less. */
const stringBytes = 24;
const objectBytes = 32;
const fieldBytes = 8;
/** Of a number that is no small integer and stands in a field. */
const heapNumberBytes = 16;
const dateBytes = 96;
/** In an object with more fields than a record has: with a name of its own. */
const namedEntryBytes = 72;

/** There are few that are so short, and V8 keeps each once. */
const longestShared = 2;

/** Whether V8 needs two bytes a character is looked for in so many of them. */
const sampledText = 1_000;
/** In shorter ones a look would cost more than it tells. */
const unsampledText = 32;

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
    return objectBytes;
  }
}

class Estimate {
  #visits = 0;
  /** A list: to make a `Set` costs more than to look through one that is this short. */
  readonly #seen: object[] = [];

  of(value: unknown): number {
    this.#visits++;
    if (typeof value === 'string') return textBytes(value);
    return typeof value === 'object' && value !== null && this.#isNew(value) ? objectBytes + this.#partsOf(value) : 0;
  }

  #isNew(object: object): boolean {
    if (this.#seen.includes(object)) return false;
    this.#seen.push(object);
    return true;
  }

  #partsOf(object: object): number {
    if (Array.isArray(object)) return object.length * fieldBytes + this.#like(object, listSample);
    if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return object.byteLength;
    if (object instanceof Date) return dateBytes - objectBytes;
    if (object instanceof Map || object instanceof Set) return this.#ofItems(object, object.size);
    return this.#ofFields(object);
  }

  /** `for in` makes no list, which for thousands of fields would take a millisecond. */
  #ofFields(object: object): number {
    let fields = 0;
    let seen = 0;
    let bytes = 0;
    for (const name in object) {
      fields++;
      if (fields > recordSample || this.#visits >= visitLimit) continue;
      const value = (object as Readonly<Record<string, unknown>>)[name];
      bytes += typeof value === 'number' ? numberBytes(value) : this.of(value);
      seen++;
    }
    return fields * (fields > recordSample ? namedEntryBytes : fieldBytes) + (seen === 0 ? 0 : (bytes * fields) / seen);
  }

  /** An entry of a map comes as a list of two, which takes about as much as the entry. */
  #ofItems(items: Iterable<unknown>, count: number): number {
    const sample: unknown[] = [];
    for (const item of items) {
      if (sample.length === listSample) break;
      sample.push(item);
    }
    return count * fieldBytes + (sample.length === 0 ? 0 : (this.#like(sample, listSample) * count) / sample.length);
  }

  #like(parts: readonly unknown[], sampleSize: number): number {
    const step = Math.max(1, Math.floor(parts.length / sampleSize));
    let seen = 0;
    let bytes = 0;
    for (let index = 0; index < parts.length && this.#visits < visitLimit; index += step) {
      bytes += this.of(parts[index]);
      seen++;
    }
    return seen === 0 ? 0 : (bytes * parts.length) / seen;
  }
}

function numberBytes(number: number): number {
  return number === (number | 0) ? 0 : heapNumberBytes;
}

function textBytes(text: string): number {
  if (text.length <= longestShared) return 0;
  return stringBytes + text.length * (text.length > unsampledText && isWide(text) ? 2 : 1);
}

function isWide(text: string): boolean {
  return /[\u0100-\uffff]/.test(text.length > sampledText ? text.slice(0, sampledText) : text);
}
