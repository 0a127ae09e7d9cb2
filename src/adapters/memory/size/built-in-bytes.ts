import { types } from 'node:util';
import { powerOfTwo } from './object-bytes';
import { textBytes, roundUp } from './text-bytes';

const mapBytes = 80;

const mapSlotBytes = 28;

const setSlotBytes = 20;

const dateBytes = 96;

const regExpBytes = 232;

/** With a stack of ten calls, which V8 keeps unprinted until it is read. */
const errorBytes = 840;

const boxBytes = 40;

/** Weak collections and promises, whose content cannot be seen. */
const otherBytes = 136;

/** Typed array, Buffer or DataView. */
export const viewBytes = 104;

const arrayBufferBytes = 112;

/** Fields that all objects of their class have; their size is part of the constants above. The stack of an error would be printed if it was read. */
const builtInNames = new Set(['arguments', 'caller', 'lastIndex', 'length', 'message', 'name', 'prototype', 'stack']);

export function isBuiltInName(name: string): boolean {
  return builtInNames.has(name);
}

/**
 * An object of a class of the language, also of another realm: without its parts, and without the fields that were added to it.
 * @returns 0 for an object of any other class
 */
export function builtInBytes(object: object): number {
  if (types.isDate(object)) return dateBytes;
  if (types.isMap(object)) return mapBytes + powerOfTwo(object.size) * mapSlotBytes;
  if (types.isSet(object)) return mapBytes + powerOfTwo(object.size) * setSlotBytes;
  if (types.isNativeError(object)) return errorBytes + textBytes(object.message);
  if (types.isRegExp(object)) return regExpBytes + textBytes(object.source);
  if (types.isBoxedPrimitive(object)) return boxBytes + (types.isStringObject(object) ? textBytes(object.valueOf()) : 0);
  if (types.isAnyArrayBuffer(object)) return bufferBytes(object);
  return types.isPromise(object) || types.isWeakMap(object) || types.isWeakSet(object) ? otherBytes : 0;
}

export function bufferBytes({ byteLength }: ArrayBufferLike): number {
  return arrayBufferBytes + roundUp(byteLength);
}

const urlBytes = 240;

/** Headers keep a sorted copy once they were listed, as they are here. */
const pairsBytes = 440;

const pairBytes = 260;

/** The bytes of a `Blob` lie outside of the heap that JavaScript sees. */
const blobBytes = 512;

type Pairs = Iterable<[string, string | Blob]>;

/**
 * An object of a class of the web, with its content, which it keeps in private fields.
 * @returns 0 for an object of any other class
 */
export function platformBytes(object: object): number {
  const tag = (object as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const isOfClass = typeof tag === 'string' && Object.hasOwn(bytesByClass, tag) && isInstance(object, tag);
  return isOfClass ? bytesByClass[tag as keyof typeof bytesByClass](object as never) : 0;
}

/** Asks for the class only if an object names it: Node.js loads some of them when they are first used. */
function isInstance(object: object, name: string): boolean {
  const type = (globalThis as Readonly<Record<string, unknown>>)[name];
  return typeof type === 'function' && object instanceof type;
}

const bytesByClass = {
  URL: ({ href, search }: URL) => urlBytes + textBytes(href) + (search === '' ? 0 : textBytes(search) + urlBytes),
  URLSearchParams: bytesOfPairs,
  Headers: bytesOfPairs,
  FormData: bytesOfPairs,
  Blob: bytesOfBlob,
  File: bytesOfBlob,
};

function bytesOfBlob({ size }: Blob): number {
  return blobBytes + size;
}

function bytesOfPairs(pairs: Pairs): number {
  let bytes = pairsBytes;
  for (const [name, value] of pairs) {
    bytes += pairBytes + textBytes(name) + (typeof value === 'string' ? textBytes(value) : bytesOfBlob(value));
  }
  return bytes;
}
