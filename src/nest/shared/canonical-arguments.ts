import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import { CacheError } from '../../domain/cache-error';

/** Limits of one argument. A larger one costs more to compare than a key is worth. */
const maxDepth = 32;
const maxValues = 1_000;

/**
 * The arguments of a call as text: equal text for equal arguments, and for no others. Properties, members of sets and keys of maps are sorted,
 * every type is written its own way, and trailing `undefined`s are left out. Braces, spaces and other characters that a key would have to escape
 * are not used.
 * @param where - the method, for the error
 * @throws CacheError `CACHE_KEY_INVALID` for what has no value to compare: functions, symbols, promises, streams, emitters, cycles, instances
 * whose state cannot be seen
 */
export function canonicalArguments(args: readonly unknown[], where: string): string {
  const count = withoutTrailingUndefined(args);
  let text = '';
  for (let index = 0; index < count; index++) {
    const argument = args[index];
    text += (index === 0 ? '' : ',') + (primitive(argument) ?? new ArgumentWriter(where, index).write(argument));
  }
  return text;
}

function withoutTrailingUndefined(args: readonly unknown[]): number {
  let count = args.length;
  while (count > 0 && args[count - 1] === undefined) count--;
  return count;
}

function primitive(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${String(value)}n`;
    case 'boolean':
    case 'undefined':
      return String(value);
    default:
      return value === null ? 'null' : undefined;
  }
}

/** Writes one argument that is not a primitive. */
class ArgumentWriter {
  readonly #where: string;
  readonly #index: number;
  readonly #ancestors = new Set<object>();
  #values = 0;

  constructor(where: string, index: number) {
    this.#where = where;
    this.#index = index;
  }

  write(value: unknown): string {
    this.#values++;
    if (this.#values > maxValues) return this.#refuse(`more than ${maxValues} values`);
    const text = primitive(value);
    if (text !== undefined) return text;
    return typeof value === 'object' && value !== null ? this.#nested(value) : this.#refuse(`a ${typeof value}`);
  }

  #nested(value: object): string {
    if (this.#ancestors.has(value)) return this.#refuse('a circular reference');
    if (this.#ancestors.size >= maxDepth) return this.#refuse(`more than ${maxDepth} levels`);
    this.#ancestors.add(value);
    const text = this.#object(value);
    this.#ancestors.delete(value);
    return text;
  }

  #object(value: object): string {
    if (Array.isArray(value)) return `[${Array.from(value, (item) => this.write(item)).join(',')}]`;
    if (value instanceof Date) return `Date(${String(value.getTime())})`;
    if (value instanceof URL) return `URL(${JSON.stringify(value.href)})`;
    if (value instanceof Map) return `Map(${this.#pairs([...value])})`;
    if (value instanceof Set) return `Set(${sorted([...value].map((item) => this.write(item)))})`;
    if (ArrayBuffer.isView(value)) return bytes(typeOf(value), value.buffer, value.byteOffset, value.byteLength);
    if (types.isAnyArrayBuffer(value)) return bytes(typeOf(value), value, 0, value.byteLength);
    return this.#instance(value as Readonly<Record<string, unknown>>);
  }

  #instance(value: Readonly<Record<string, unknown>>): string {
    const activity = activityKind(value);
    if (activity !== undefined) return this.#refuse(activity);
    const name = classOf(value);
    if (hasToJson(value)) return `${name}.json(${this.write(value.toJSON())})`;
    if (Object.getOwnPropertySymbols(value).some((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))) {
      return this.#refuse('a property that is named by a symbol');
    }
    const keys = Object.keys(value);
    if (keys.length === 0 && name !== '') return this.#refuse('an instance whose state cannot be seen');
    return `${name}(${sorted(keys.map((key) => `${JSON.stringify(key)}:${this.write(value[key])}`))})`;
  }

  #pairs(entries: readonly (readonly [unknown, unknown])[]): string {
    return sorted(entries.map(([key, value]) => `${this.write(key)}=>${this.write(value)}`));
  }

  #refuse(what: string): never {
    const which = `argument ${this.#index + 1} is or holds ${what}`;
    throw new CacheError('CACHE_KEY_INVALID', `${this.#where}: ${which}, which cannot be part of a key; give @Cacheable a 'key'`);
  }
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** Objects that stand for an activity, not for a value. */
function activityKind(value: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof value['then'] === 'function') return 'a promise';
  if (typeof value['pipe'] === 'function' || typeof value['getReader'] === 'function') return 'a stream';
  if (value instanceof EventEmitter || value instanceof EventTarget) return 'an event emitter';
  return value instanceof Error ? 'an error' : undefined;
}

/** Empty for a plain object. */
function classOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return '';
  return value.constructor.name || 'anonymous';
}

function typeOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function bytes(type: string, buffer: ArrayBufferLike, offset: number, length: number): string {
  return `${type}(${Buffer.from(buffer, offset, length).toString('base64')})`;
}

function sorted(parts: readonly string[]): string {
  return [...parts].sort().join(',');
}
