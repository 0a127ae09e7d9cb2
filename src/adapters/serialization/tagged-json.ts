import { isPlainArray, isPlainObject, maxDepth, reachesPrototype } from './plain-json';

/**
 * JSON with type tags, for values that JSON cannot express. Strings, finite numbers, booleans, null and plain objects are written unchanged. The
 * first item of every array is its tag, so that no value of a user can look like a tag:
 *
 *     [1, 2]                ["a", 1, 2]
 *     new Date(0)           ["date", 0]
 *     new Map([[1, 2]])     ["map", 1, 2]
 *     undefined, NaN, -0    ["undefined"], ["number", "NaN"], ["number", "-0"]
 *     Buffer, Uint8Array…   ["bytes", "Uint8Array", "AAEC"]
 *     Object.create(null)   ["bare", {}]
 *
 * The list of types is closed: a payload in L2 cannot make us construct any other type.
 */
export function toTagged(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : ['number', Object.is(value, -0) ? '-0' : String(value)];
    case 'bigint':
      return ['bigint', digitsOf(value)];
    case 'undefined':
      return ['undefined'];
    case 'object':
      if (value === null) return value;
      if (depth === maxDepth) throw new Unencodable('a cycle, or nested too deeply');
      return objectToTagged(value, depth + 1);
    default:
      throw new Unencodable(`a ${typeof value}`);
  }
}

/** @throws Unencodable for a tag that {@link toTagged} does not write */
export function fromTagged(tagged: unknown): unknown {
  if (typeof tagged !== 'object' || tagged === null) return tagged;
  if (!Array.isArray(tagged)) return fieldsFrom(tagged as Record<string, unknown>);
  const [tag, ...content] = tagged as unknown[];
  const revive = typeof tag === 'string' && Object.hasOwn(revivers, tag) ? revivers[tag as keyof typeof revivers] : undefined;
  if (revive === undefined) throw new Unencodable('an unknown tag');
  return revive(content);
}

/** A value cannot be serialised. Never leaves {@link typedJsonSerializer}. */
export class Unencodable extends Error {}

function objectToTagged(value: object, depth: number): unknown {
  if (isPlainArray(value)) return ['a', ...itemsToTagged(value, depth)];
  if (isExactly(value, Date)) return ['date', Number.isNaN(value.getTime()) ? null : value.getTime()];
  if (isExactly(value, Map)) return ['map', ...itemsToTagged([...value].flat(1), depth)];
  if (isExactly(value, Set)) return ['set', ...itemsToTagged([...value], depth)];
  if (ArrayBuffer.isView(value)) return bytesToTagged(value);
  if (!isPlainObject(value)) throw new Unencodable('an instance of a class');
  const fields = Object.fromEntries(Object.keys(value).map((name) => [checkedName(name, value[name]), toTagged(value[name], depth)]));
  return Object.getPrototypeOf(value) === null ? ['bare', fields] : fields;
}

/** False for a subclass, which would come back as its base class. */
function isExactly<T extends object>(value: object, type: new () => T): value is T {
  return Object.getPrototypeOf(value) === type.prototype;
}

function itemsToTagged(items: readonly unknown[], depth: number): unknown[] {
  return Array.from(items, (item, index) => {
    // An array of billions of holes would also fill the memory.
    if (!(index in items)) throw new Unencodable('an array with holes');
    return toTagged(item, depth);
  });
}

function checkedName(name: string, value: unknown): string {
  if (reachesPrototype(name, value)) throw new Unencodable('a field that reaches a prototype');
  return name;
}

function fieldsFrom(tagged: Record<string, unknown>): Record<string, unknown> {
  const fields = Object.keys(tagged).map((name) => [name, fromTagged(tagged[name])] as const);
  return Object.fromEntries(fields.map(([name, value]) => [checkedName(name, value), value]));
}

const byteTypes = {
  ...{ Buffer, Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array },
  ...{ Float32Array, Float64Array, BigInt64Array, BigUint64Array },
} as const;

type ByteType = Exclude<keyof typeof byteTypes, 'Buffer'>;

function bytesToTagged(value: ArrayBufferView): unknown {
  const type = Buffer.isBuffer(value) ? 'Buffer' : value.constructor.name;
  if (!Object.hasOwn(byteTypes, type)) throw new Unencodable('an instance of a class');
  return ['bytes', type, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')];
}

function bytesFrom(type: unknown, base64: unknown): ArrayBufferView {
  if (typeof type !== 'string' || !Object.hasOwn(byteTypes, type)) throw new Unencodable('an unknown type of bytes');
  const bytes = Buffer.from(text(base64), 'base64');
  if (type === 'Buffer') return bytes;
  // A copy: small Buffers share one pool, at offsets that not every type accepts.
  return new byteTypes[type as ByteType](new Uint8Array(bytes).buffer);
}

const numbers = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

/** Parsing takes longer than linear time: a bigint of a million digits would block the process for 0.1 s. */
const maxDigits = 10_000;
const tooLarge = 16n ** BigInt(maxDigits);

function digitsOf(value: bigint): string {
  if (value >= tooLarge || value <= -tooLarge) throw new Unencodable('too large a bigint');
  return boundedDigits(String(value));
}

function boundedDigits(digits: string): string {
  if (digits.length > maxDigits + 1) throw new Unencodable('too large a bigint');
  return digits;
}

const revivers = {
  a: (content: readonly unknown[]): unknown => content.map(fromTagged),
  date: ([time]: readonly unknown[]): unknown => new Date(time === null ? NaN : Number(time)),
  map: (content: readonly unknown[]): unknown => new Map(pairs(content.map(fromTagged))),
  set: (content: readonly unknown[]): unknown => new Set(content.map(fromTagged)),
  bytes: ([type, base64]: readonly unknown[]): unknown => bytesFrom(type, base64),
  bigint: ([digits]: readonly unknown[]): unknown => BigInt(boundedDigits(text(digits))),
  bare: ([fields]: readonly unknown[]): unknown => Object.assign(Object.create(null) as object, fromTagged(fields)),
  number: ([name]: readonly unknown[]): unknown => numbers.get(text(name)) ?? text(undefined),
  undefined: (): unknown => undefined,
};

function* pairs(flat: readonly unknown[]): Generator<[unknown, unknown]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i], flat[i + 1]];
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Unencodable('expected a text');
  return value;
}
