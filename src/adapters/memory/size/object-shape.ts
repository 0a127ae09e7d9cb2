import { RecentFingerprints, fingerprint } from './recent-fingerprints';
import { flatTextBytes } from './text-bytes';

const smallest = 4;

/** What `JSON.parse` makes with more named fields is a hash table in any case. */
const longestRecord = 128;

const headerBytes = 24;

const fieldBytes = 8;

/** Room for four fields that may come. */
const emptyBytes = 56;

const tableHeaderBytes = 56;

const slotBytes = 24;

/** Of a hash table. */
const slotsPerField = 1.5;

/** Of the process, as V8's own hidden classes are. */
const recentShapes = new RecentFingerprints();

/**
 * What an object takes besides the content of its fields. One with the names of another is a record, which shares them; one with names of its
 * own is a dictionary: V8 keeps a hash table and the names for it alone. The first record of its kind counts as a dictionary.
 */
export class ObjectShape {
  #fields = 0;
  #fingerprint = 0;
  #nameBytes = 0;

  get fields(): number {
    return this.#fields;
  }

  add(name: string): void {
    if (++this.#fields <= longestRecord) this.#fingerprint = fingerprint(name, this.#fingerprint);
    if (!isIndex(name)) this.#nameBytes += flatTextBytes(name.length);
  }

  bytes(): number {
    if (this.#fields === 0) return emptyBytes;
    const isRecent = recentShapes.add(this.#fingerprint);
    // Integers are no part of what is shared.
    if (isRecent && this.#fields <= longestRecord && this.#nameBytes > 0) return headerBytes + this.#fields * fieldBytes;
    return headerBytes + tableHeaderBytes + powerOfTwo(this.#fields * slotsPerField) * slotBytes + (isRecent ? 0 : this.#nameBytes);
  }
}

/** Kept as a number. */
function isIndex(name: string): boolean {
  return name.charCodeAt(0) <= 0x39 && /^\d{1,10}$/.test(name);
}

/** How many places V8 keeps free in a hash table for so many. */
export function powerOfTwo(atLeast: number): number {
  return Math.max(smallest, 2 ** Math.ceil(Math.log2(atLeast)));
}
