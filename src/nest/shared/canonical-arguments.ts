import { types } from 'node:util';
import { CacheError } from '../../domain/cache-error';
import {
  binaryType,
  bytesOf,
  isBinary,
  type BinaryValue,
  ClassNames,
  hiddenProperty,
  isPlainObject,
  sourceMark,
  transparentClassOf,
} from './visible-state';
import { classOf } from './class-like';

/** Limits of one argument. A larger one costs more to compare than a key is worth. */
const maxDepth = 32;
const maxValues = 1_000;
const maxBytes = 16_384;

const allNames = new ClassNames();

/**
 * The arguments of a call as text: equal text for equal arguments, and for no others. Properties, members of sets and keys of maps are sorted,
 * every type is written its own way, and trailing `undefined`s are left out. Braces, spaces and other characters that a key would have to escape
 * are not used.
 *
 * An object is written only if its whole state can be seen: a plain object, an array, a `Date`, a `Map` and their like, or an instance of a class without
 * private fields. `toJSON` is not called, because it may leave out fields.
 * @param where - the method, for the error
 * @param names - the classes of instances in earlier calls of the method
 * @throws CacheError `CACHE_KEY_INVALID` for values without a state to compare, or with a hidden one: functions, symbols, promises, streams, proxies,
 * cycles, getters, instances of classes with private fields
 */
export function canonicalArguments(args: readonly unknown[], where: string, names = allNames): string {
  const count = withoutTrailingUndefined(args);
  let text = '';
  for (let index = 0; index < count; index++) {
    const argument = args[index];
    text += (index === 0 ? '' : ',') + (primitive(argument) ?? new ArgumentWriter(where, index, names).write(argument));
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
  readonly #names: ClassNames;
  readonly #ancestors = new Set<object>();
  #values = 0;

  constructor(where: string, index: number, names: ClassNames) {
    this.#where = where;
    this.#index = index;
    this.#names = names;
  }

  write(value: unknown): string {
    this.#values++;
    if (this.#values > maxValues) return this.#refuse(`more than ${maxValues} values`);
    const text = primitive(value);
    if (text !== undefined) return text;
    return typeof value === 'object' && value !== null ? this.#nested(value) : this.#refuse(`a ${typeof value}`);
  }

  #nested(value: object): string {
    if (types.isProxy(value)) return this.#refuse('a proxy');
    if (this.#ancestors.has(value)) return this.#refuse('a circular reference');
    if (this.#ancestors.size >= maxDepth) return this.#refuse(`more than ${maxDepth} levels`);
    this.#ancestors.add(value);
    const text = this.#object(value);
    this.#ancestors.delete(value);
    return text;
  }

  #object(value: object): string {
    if (isPlainObject(value)) return this.#fields('', value);
    if (Array.isArray(value)) return this.#array(value);
    return this.#builtIn(value) ?? this.#instance(value);
  }

  #array(value: readonly unknown[]): string {
    if (Object.getPrototypeOf(value) !== Array.prototype) return this.#refuse('an instance of a subclass of Array');
    if (value.length > maxValues) return this.#refuse(`more than ${maxValues} values`);
    const items = Array.from(value, (item, index) => (index in value ? this.write(item) : 'hole'));
    const named = Reflect.ownKeys(value).find((name) => name !== 'length' && !(Number(name) < value.length));
    return named === undefined ? `[${items.join(',')}]` : this.#refuse('an array with an extra property');
  }

  /** `undefined` for other objects. Instances of subclasses are other objects. */
  #builtIn(value: object): string | undefined {
    const text = this.#dataOf(value, Object.getPrototypeOf(value));
    if (text === undefined) return undefined;
    const ownCount = Reflect.ownKeys(value).length;
    const expected = types.isRegExp(value) ? 1 : types.isTypedArray(value) ? value.length : 0;
    return ownCount === expected ? text : this.#refuse('a built-in object with an extra property');
  }

  #dataOf(value: object, prototype: unknown): string | undefined {
    if (types.isDate(value) && prototype === Date.prototype) return `Date(${String(value.getTime())})`;
    if (types.isRegExp(value) && prototype === RegExp.prototype)
      return `RegExp(${JSON.stringify(value.source)},${value.flags},${value.lastIndex})`;
    if (types.isMap(value) && prototype === Map.prototype) return `Map(${this.#pairs([...value])})`;
    if (types.isSet(value) && prototype === Set.prototype) return `Set(${sorted([...value].map((item) => this.write(item)))})`;
    if (value instanceof URL && prototype === URL.prototype) return `URL(${JSON.stringify(value.href)})`;
    if (value instanceof URLSearchParams && prototype === URLSearchParams.prototype)
      return `URLSearchParams(${JSON.stringify(value.toString())})`;
    return isBinary(value) ? this.#bytes(value) : undefined;
  }

  #bytes(value: BinaryValue): string {
    if (value.byteLength > maxBytes) return this.#refuse(`more than ${maxBytes} bytes`);
    return `${binaryType(value)}(${bytesOf(value).toString('base64')})`;
  }

  #instance(value: object): string {
    const type = transparentClassOf(value);
    if (type === undefined) return this.#refuse(`${instanceOf(value)}, whose state cannot be seen`);
    if (!/^[\w$]+$/.test(type.name) || builtInNames.has(type.name)) return this.#refuse('an instance of a class without a name');
    if (!this.#names.claim(type.name, type)) return this.#refuse(`an instance of a second class with the name ${type.name}`);
    // No name of a class has a full stop.
    return this.#fields(`${type.name}.${sourceMark(type)}`, value);
  }

  #fields(name: string, value: object): string {
    const hidden = hiddenProperty(value);
    if (hidden !== undefined) return this.#refuse(hidden);
    const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${this.write(field)}`);
    return `${name}(${sorted(fields)})`;
  }

  #pairs(entries: readonly (readonly [unknown, unknown])[]): string {
    return sorted(entries.map(([key, value]) => `${this.write(key)}=>${this.write(value)}`));
  }

  #refuse(value: string): never {
    const which = `argument ${this.#index + 1} is or holds ${value}`;
    throw new CacheError('CACHE_KEY_INVALID', `${this.#where}: ${which}, which cannot be part of a key; give @Cacheable a 'key'`);
  }
}

/** Names that are written for built-in objects. */
const builtInNames: ReadonlySet<unknown> = new Set(Object.getOwnPropertyNames(globalThis));

function instanceOf(value: object): string {
  const { name } = classOf(value) ?? { name: '' };
  return typeof name === 'string' && /^[\w$]+$/.test(name) ? `an instance of ${name}` : 'an object';
}

function sorted(parts: readonly string[]): string {
  return [...parts].sort().join(',');
}
