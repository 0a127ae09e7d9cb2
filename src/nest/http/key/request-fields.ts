import { isCallerName, isIdentityName } from './identity-names';
import { isKnownField, isKnownSymbol, isPlatformSymbol, localeFields } from './known-fields';

type Key = string | symbol;

type Fields = Readonly<Record<Key, unknown>>;

/** The parts of a call that its key already holds: they cannot mix up callers. */
export interface KeyContents {
  /** Only fields whose name has a word for identity are a sign of the caller; otherwise every field that the platform does not set itself. */
  readonly namedOnly: boolean;
  /** Whether the language of the request is part of the key. */
  readonly localeInKey: boolean;
  /** Whether the application makes the key itself, so that it may hold the name of a tenant or another group. */
  readonly isOwn: boolean;
  /** Headers in lower case. */
  readonly headers: readonly string[];
  /** Whether the handler may read fields that middleware has set on the response. */
  readonly responseFields: boolean;
}

type FieldRules = Pick<KeyContents, 'namedOnly' | 'localeInKey'>;

/** A field that may identify the caller, if it has a value. */
interface Suspect {
  readonly key: Key;
  readonly name: string;
  /** Whether its name has a word for identity. */
  readonly isIdentity: boolean;
  readonly isLocale: boolean;
}

/** The own keys of an object, and the suspects among them. */
interface Shape {
  readonly keys: readonly Key[];
  readonly suspects: readonly Suspect[];
  /** Whether it wraps the request of Node, as Fastify's does. */
  readonly hasRaw: boolean;
}

/**
 * By number of keys. Most requests of a process have one of a few shapes, and keys are judged one by one only for a new one. All own keys are compared:
 * also symbols and those that are not enumerable. `Reflect.ownKeys` costs less than `Object.keys` does for Express, where each request has a hidden class
 * of its own.
 */
const shapes = new Map<number, Shape[]>();

/** The limits of keys of a shape that is kept, and of shapes with one number of keys. */
const limits = { keys: 256, shapes: 8 };

/**
 * The first field, set by middleware or a guard, that may identify the caller.
 * @param where - for the log
 */
export function callerField(given: object, rules: FieldRules, where = 'request field'): string | undefined {
  const { hasRaw, suspects } = shapeOf(given);
  const sign = firstSign(suspects, given, rules) ?? firstSign(inheritedSuspects(given), given, rules);
  if (sign !== undefined) return `${where} ${sign}`;
  const { raw } = hasRaw ? (given as { readonly raw?: unknown }) : {};
  return isRequest(raw) && raw !== given ? callerField(raw, rules, where) : undefined;
}

/** An application may keep the bytes or the text of a body under the same name. */
function isRequest(raw: unknown): raw is object {
  return typeof raw === 'object' && raw !== null && !ArrayBuffer.isView(raw);
}

function shapeOf(given: object): Shape {
  const keys = Reflect.ownKeys(given);
  const known = shapes.get(keys.length) ?? [];
  for (const shape of known) if (areSame(keys, shape.keys)) return shape;
  const shape = { keys, suspects: toSuspects(keys), hasRaw: keys.includes('raw') };
  if (keys.length <= limits.keys) shapes.set(keys.length, [shape, ...known.slice(0, limits.shapes - 1)]);
  return shape;
}

/** For lists of one length. A loop: it runs for every request. */
function areSame(keys: readonly Key[], known: readonly Key[]): boolean {
  for (let index = 0; index < keys.length; index++) if (keys[index] !== known[index]) return false;
  return true;
}

/** By prototype: the getters that an application has added to its requests, such as a decorator of Fastify. */
const getters = new WeakMap<object, readonly Suspect[]>();

function inheritedSuspects(given: object): readonly Suspect[] {
  const prototype = Object.getPrototypeOf(given) as object | null;
  if (prototype === null || prototype === Object.prototype) return [];
  const known = getters.get(prototype);
  if (known !== undefined) return known;
  const suspects = toSuspects(getterKeys(prototype));
  getters.set(prototype, suspects);
  return suspects;
}

/** The names of the getters of a class: of all classes of an application, each is searched once. */
export function inheritedGetters(given: object): readonly string[] {
  return inheritedSuspects(given).flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
}

/** Methods and values of a prototype are the same for all callers. */
function getterKeys(prototype: object): readonly Key[] {
  const keys: Key[] = [];
  let owner: object | null = prototype;
  while (owner !== null && owner !== Object.prototype) {
    const descriptors = Object.getOwnPropertyDescriptors(owner) as Readonly<Record<Key, PropertyDescriptor>>;
    keys.push(...Reflect.ownKeys(descriptors).filter((key) => descriptors[key]?.get !== undefined));
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return keys;
}

function toSuspects(keys: readonly Key[]): readonly Suspect[] {
  return keys.map(toSuspect).filter((suspect) => suspect !== undefined);
}

function toSuspect(key: Key): Suspect | undefined {
  if (typeof key === 'symbol') return symbolSuspect(key);
  if (isKnownField(key)) return undefined;
  const [isIdentity, isLocale] = [isIdentityName(key), localeFields.has(key)];
  // Platforms and loggers set fields with a low line in front.
  return isIdentity || isLocale || !key.startsWith('_') || isCallerName(key) ? { key, name: key, isIdentity, isLocale } : undefined;
}

function symbolSuspect(key: symbol): Suspect | undefined {
  const { description = '' } = key;
  if (isKnownSymbol(description)) return undefined;
  const isIdentity = isIdentityName(description);
  return isIdentity || !isPlatformSymbol(description) ? { key, name: `Symbol(${description})`, isIdentity, isLocale: false } : undefined;
}

/** A function counts, too: it may return the caller, as `req.auth()`. */
function firstSign(suspects: readonly Suspect[], given: object, { namedOnly, localeInKey }: FieldRules): string | undefined {
  for (const { isIdentity, isLocale, key, name } of suspects) {
    if (!isIdentity && (namedOnly || (isLocale && localeInKey))) continue;
    if (holdsSomething(given, key)) return name;
  }
  return undefined;
}

/** A getter that fails may be that of a caller. */
export function holdsSomething(given: object, key: Key): boolean {
  try {
    const value = (given as Fields)[key];
    return value !== undefined && value !== null && value !== false && value !== '';
  } catch {
    return true;
  }
}
