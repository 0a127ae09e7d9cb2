import { createHash } from 'node:crypto';
import { types } from 'node:util';

/**
 * Class names in the arguments of one method, each with the first class of that name. A second class of the name may have other methods, so its
 * instances cannot be compared with those of the first one. The name stays with the first class, because its entries may still be stored.
 */
export class ClassNames {
  readonly #classes = new Map<string, WeakRef<object>>();

  /** Whether the name belongs to this class. */
  claim(name: string, type: object): boolean {
    const owner = this.#classes.get(name);
    if (owner !== undefined) return owner.deref() === type;
    this.#classes.set(name, new WeakRef(type));
    return true;
  }
}

/** Whether an object has no class: `{}`, also of another realm such as Jest's, and `Object.create(null)`. */
export function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || isRoot(prototype);
}

/** `Object.prototype` of this realm or another one. */
function isRoot(prototype: object): boolean {
  return prototype === Object.prototype || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'));
}

/** The class of an object whose own properties are its whole state, as far as the source of the class and its bases shows; `undefined` otherwise. */
export function transparentClassOf(value: object): TransparentClass | undefined {
  const prototype = Object.getPrototypeOf(value) as object;
  let base: object | null = prototype;
  while (base !== null && !isRoot(base)) {
    if (!isTransparent(base)) return undefined;
    base = Object.getPrototypeOf(base) as object | null;
  }
  return base === null ? undefined : (prototype.constructor as TransparentClass);
}

const marks = new WeakMap<object, string>();

/** In characters: a name is compared as well, and a class is not chosen by an attacker. */
const markLength = 8;

/**
 * A hash of the source of a class and its bases. It distinguishes classes of one name that are in different processes, or in different releases of one
 * application. Not those that differ in the variables around them alone.
 */
export function sourceMark(type: TransparentClass): string {
  const found = marks.get(type) ?? createHash('sha256').update(sourcesOf(type)).digest('hex').slice(0, markLength);
  marks.set(type, found);
  return found;
}

function sourcesOf(type: TransparentClass): string {
  let sources = '';
  let base: unknown = type;
  while (typeof base === 'function' && base !== Function.prototype) {
    sources += `${Function.prototype.toString.call(base)}\n`;
    base = Object.getPrototypeOf(base);
  }
  return sources;
}

type TransparentClass = new (...args: never[]) => object;

const known = new WeakMap<object, boolean>();

function isTransparent(prototype: object): boolean {
  const type: unknown = Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined;
  if (typeof type !== 'function' || type.prototype !== prototype) return false;
  const found = known.get(type) ?? hidesNothing(Function.prototype.toString.call(type));
  known.set(type, found);
  return found;
}

/** The helpers with which compilers define visible fields and name classes. */
const visibleFields = /(?:__name|__publicField|_define_?[Pp]roperty(?:\._\))?|Object\.defineProperty|Object\.assign)\(\s*this\s*,/g;

/** `this` not followed by a property: it is passed on, and may become a key of a WeakMap, as in compiled private fields. */
const passedThis = /\bthis[^\S\n]*(?:\n|$|[^\s\w.[$'"?]|\?(?!\.))/;

/**
 * Read from the source of a class. Text in a string or a comment that looks like a private field counts as one. Functions and native code are not
 * classes here.
 */
function hidesNothing(source: string): boolean {
  return source.startsWith('class') && !source.includes('#') && !passedThis.test(source.replace(visibleFields, ''));
}

/** Properties that a copy or a comparison of fields would miss; `undefined` where there are none. */
export function hiddenProperty(value: object): string | undefined {
  for (const name of Reflect.ownKeys(value)) {
    if (typeof name === 'symbol') return 'a property that is named by a symbol';
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (property === undefined || !('value' in property)) return 'a getter or setter';
    if (property.enumerable !== true) return 'a property that is not enumerable';
  }
  return undefined;
}

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
