import { types } from 'node:util';

export type BinaryValue = ArrayBufferView | ArrayBufferLike;

const viewTypes = [
  ...[Buffer, DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
];

const viewPrototypes: ReadonlySet<unknown> = new Set(viewTypes.map((type: { readonly prototype: object }) => type.prototype));

/** Whether the bytes of an object are its whole state: not for instances of subclasses, nor for buffers that can be resized. */
export function isBinary(value: object): value is BinaryValue {
  if (ArrayBuffer.isView(value)) return viewPrototypes.has(Object.getPrototypeOf(value));
  return types.isAnyArrayBuffer(value) && Reflect.get(value, 'resizable') !== true && Reflect.get(value, 'growable') !== true;
}

export function binaryType(value: BinaryValue): string {
  return Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value).slice('[object '.length, -1);
}

export function bytesOf(value: BinaryValue): Buffer {
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value);
}
