import { types } from 'node:util';
import { powerOfTwo } from './object-bytes';
import { roundUp, textBytes } from './text-bytes';

const mapBytes = 80;

const mapSlotBytes = 28;

const setSlotBytes = 20;

const dateBytes = 96;

const regExpBytes = 232;

/** With its stack, which V8 keeps unprinted until it is read. */
const errorBytes = 640;

const boxBytes = 40;

/** Promises, weak collections, and classes that keep their content outside of the heap that JavaScript sees. */
const otherBytes = 56;

/** Typed array, Buffer or DataView. */
const viewBytes = 104;

const arrayBufferBytes = 112;

/** Small Buffers are slices of memory that Node.js shares among them. The first one that is counted is counted with all of it. */
const countedPools = new WeakSet<object>();

/** An object of a class of the language without its parts, and without the fields that it may have besides. Also of another realm. */
export function builtInBytes(object: object): number {
  if (types.isDate(object)) return dateBytes;
  if (types.isMap(object)) return mapBytes + powerOfTwo(object.size) * mapSlotBytes;
  if (types.isSet(object)) return mapBytes + powerOfTwo(object.size) * setSlotBytes;
  if (types.isNativeError(object)) return errorBytes + textBytes(object.message);
  if (types.isRegExp(object)) return regExpBytes + textBytes(object.source);
  if (types.isStringObject(object)) return boxBytes + textBytes(object.valueOf());
  return types.isAnyArrayBuffer(object) ? arrayBufferBytes + roundUp(object.byteLength) : otherBytes;
}

/**
 * A view, and all of the memory that it keeps alive: of a slice, that is all that it was cut from.
 * @param isNew - whether the value has not shown the memory through another view
 */
export function viewAndBufferBytes({ buffer, byteLength }: ArrayBufferView, isNew: (buffer: object) => boolean): number {
  if (!isNew(buffer)) return viewBytes;
  if (buffer.byteLength === Buffer.poolSize && countedPools.has(buffer)) return viewBytes + roundUp(byteLength);
  countedPools.add(buffer);
  return viewBytes + builtInBytes(buffer);
}
