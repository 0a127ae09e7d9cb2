import { RecentFingerprints, fingerprint, longestRead } from './recent-fingerprints';
import { textBytes } from './text-bytes';

/** `JSON.parse` makes a hash table of an object with more fields. */
const maxRecordFields = 127;

const headerBytes = 24;

const fieldBytes = 8;

/** `{}`: V8 reserves four fields inside. */
const emptyBytes = 56;

/** An object that grew field by field keeps further fields in a list, with up to two spare ones. */
const fieldListBytes = 32;

const tableHeaderBytes = 56;

const listHeaderBytes = 16;

const tableSlotBytes = 24;

const tableSlotsPerField = 1.5;

const minSlots = 4;

/** Of each name, in V8's table of names and in the hidden class. */
const namesTableBytes = 48;

/** One for the process, as V8's hidden classes are. */
const recentShapes = new RecentFingerprints();

/**
 * An object without its values. Objects with equal names are records, which share the names. Objects with unique names are dictionaries: V8
 * keeps a hash table and the names for each. The first object of a shape is counted as a dictionary. An object whose fields were
 * deleted is a hash table too; that cannot be seen.
 * @param names - integers first, as V8 lists them
 */
export function objectBytes(names: readonly string[], hasPrototype: boolean): number {
  const indexes = names.length === 0 || !isIndex(names[0] as string) ? 0 : countIndexes(names);
  if (indexes > 0) return objectBytes(names.slice(indexes), hasPrototype) + sparseBytes(indexes, Number(names[indexes - 1]) + 1);
  const fields = names.length;
  if (fields === 0) return emptyBytes + (hasPrototype ? 0 : tableBytes(0));
  const isShared = fields <= maxRecordFields && names.every(isShort) && isRecentShape(names);
  if (isShared && hasPrototype) return recordBytes(fields);
  return headerBytes + tableBytes(fields) + (isShared ? 0 : nameBytes(names));
}

function recordBytes(fields: number): number {
  return Math.max(emptyBytes, headerBytes + fields * fieldBytes + (fields > 4 ? fieldListBytes : 0));
}

/** Items under integers up to `length`: V8 keeps a list with spare slots, or a hash table where fewer than one slot in nine would be used. */
export function sparseBytes(items: number, length: number): number {
  return items * 9 < length ? tableBytes(items) : listBytes(length);
}

/** A list that grew item by item has up to so many spare slots. */
export function listBytes(length: number): number {
  return listHeaderBytes + (length + (length >> 1) + 16) * fieldBytes;
}

function tableBytes(fields: number): number {
  return tableHeaderBytes + powerOfTwo(fields * tableSlotsPerField) * tableSlotBytes;
}

/** The slots that V8 reserves in a hash table for so many items. */
export function powerOfTwo(atLeast: number): number {
  return Math.max(minSlots, 2 ** Math.ceil(Math.log2(atLeast)));
}

function isRecentShape(names: readonly string[]): boolean {
  let mixed: number | undefined;
  for (const name of names) mixed = fingerprint(name, mixed);
  return recentShapes.add(mixed ?? 0);
}

function countIndexes(names: readonly string[]): number {
  let count = 0;
  while (count < names.length && isIndex(names[count] as string)) count++;
  return count;
}

/** Stored as a number. */
function isIndex(name: string): boolean {
  return name.charCodeAt(0) <= 0x39 && /^\d{1,9}$/.test(name);
}

function nameBytes(names: readonly string[]): number {
  let bytes = 0;
  for (const name of names) bytes += textBytes(name) + namesTableBytes;
  return bytes;
}

/** Fingerprints do not cover longer names, so they may be unique although the shape seems known. */
function isShort(name: string): boolean {
  return name.length <= longestRead;
}
