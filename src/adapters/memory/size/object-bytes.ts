import { longestRead, RecentShapes } from './recent-shapes';
import { textBytes } from './text-bytes';

/** `JSON.parse` makes a hash table of an object with more fields. */
const maxRecordFields = 127;

const headerBytes = 24;

const fieldBytes = 8;

/** `{}`: V8 reserves four fields inside. */
const emptyBytes = 56;

/** An object that was given further fields keeps them in a list, with up to two spare ones. */
const fieldListBytes = 32;

const shortFieldListBytes = 24;

const tableHeaderBytes = 56;

const listHeaderBytes = 16;

const tableSlotBytes = 24;

const tableSlotsPerField = 1.5;

const minSlots = 4;

/** Of each name, in V8's table of names and in the hidden class. */
const namesTableBytes = 48;

/** Getter and setter, and the variables that both of them can read. */
const accessorBytes = 248;

/** One for the process, as V8's hidden classes are. */
const recentShapes = new RecentShapes();

/**
 * An object without its values. Objects with equal names are records, which share the names. Objects with unique names are dictionaries: V8
 * keeps a hash table and the names for each. The first object of a shape is counted as a dictionary. An object whose fields were
 * deleted is a hash table too; that cannot be seen.
 * @param names - integers first, as V8 lists them
 */
export function objectBytes(object: object, names: readonly string[], hasPrototype: boolean): number {
  const indexes = names.length === 0 || !isIndex(names[0] as string) ? 0 : countIndexes(names);
  if (indexes > 0) return objectBytes(object, names.slice(indexes), hasPrototype) + sparseBytes(indexes, Number(names[indexes - 1]) + 1);
  const fields = names.length;
  if (fields === 0) return emptyBytes + (hasPrototype ? 0 : tableBytes(0));
  const mayBeShared = fields <= maxRecordFields && names.every(isShort);
  const isShared = mayBeShared && recentShapes.has(names);
  if (isShared && hasPrototype) return recordBytes(fields);
  return headerBytes + tableBytes(fields) + (isShared ? 0 : unsharedBytes(object, names, mayBeShared));
}

/** A shape with accessors is not remembered: each of its objects is counted with them. */
function unsharedBytes(object: object, names: readonly string[], mayBeShared: boolean): number {
  const accessors = countAccessors(object, names);
  if (accessors === 0 && mayBeShared) recentShapes.addLast();
  return nameBytes(names) + accessors * accessorBytes;
}

function countAccessors(object: object, names: readonly string[]): number {
  let accessors = 0;
  for (const name of names) if (Object.getOwnPropertyDescriptor(object, name)?.get !== undefined) accessors++;
  return accessors;
}

function recordBytes(fields: number): number {
  const listBytes = fields > 4 ? fieldListBytes : fields > 1 ? shortFieldListBytes : 0;
  return Math.max(emptyBytes, headerBytes + fields * fieldBytes + listBytes);
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
