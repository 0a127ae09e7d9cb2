import { createHash } from 'node:crypto';
import { Cache } from '../../../domain/cache';
import { CacheError } from '../../../domain/cache-error';
import { logOnce } from '../../../domain/shared/log-once';
import { canonicalArguments } from '../../shared/canonical-arguments';
import type { ClassLike } from '../../shared/class-like';
import { ClassNames } from '../../shared/visible-state';
import { type DecoratedMethod, methodName } from './decorated-method';
import { warn } from './method-log';

/** The method and the instance that calls with a default key belong to. The instance is not kept alive. */
interface KeyOwner {
  readonly method: DecoratedMethod;
  readonly type: unknown;
  /** `undefined` where no instance may use the key. */
  readonly instance: WeakRef<object> | undefined;
}

/** By cache or namespace, then by class and method as the default key names them. */
const owners = new WeakMap<Cache, Map<string, KeyOwner>>();

/**
 * Gives a default key to the first instance that asks for it. A default key consists of class, method and arguments: a second instance of the class, or
 * an instance of another class of that name, would read the entries of the first one. The key stays with the first instance also after its end, since
 * its entries may still be stored.
 * @returns whether the key belongs to this method of this instance
 */
export function claimDefaultKey(cache: Cache, name: string, method: DecoratedMethod, instance: object): boolean {
  if (!(cache instanceof Cache)) return true; // A test's own object in the place of a cache.
  const owner = ownerOf(cache, name) ?? setOwner(cache, name, { method, type: instance.constructor, instance: new WeakRef(instance) });
  return owner.method === method && owner.instance?.deref() === instance;
}

/** Keeps all instances from using a default key. A key that an instance has already stays with it. */
export function withholdDefaultKey(cache: Cache, name: string, method: DecoratedMethod): void {
  if (ownerOf(cache, name) === undefined) setOwner(cache, name, { method, type: undefined, instance: undefined });
}

export function ownerOf(cache: Cache, name: string): KeyOwner | undefined {
  return owners.get(cache)?.get(name);
}

function setOwner(cache: Cache, name: string, owner: KeyOwner): KeyOwner {
  const byName = owners.get(cache) ?? new Map<string, KeyOwner>();
  owners.set(cache, byName.set(name, owner));
  return owner;
}

/** Makes the default keys of a method, for the one instance that they belong to. Calls without a key are logged once for each reason. */
export function defaultKeyFunction(
  type: ClassLike,
  method: DecoratedMethod,
): (cache: Cache, self: object, args: unknown[]) => string | undefined {
  const where = methodName(type, method.name);
  const name = keyName(type, method.prototype, method.name);
  const keyOf = defaultKey(name);
  const warnOfInstance = logOnce((message) => {
    warn(where, message);
  });
  const warnOfArgument = logOnce((message) => {
    warn(where, message);
  });
  const claimed = new WeakMap<object, Cache>();

  const isOwner = (cache: Cache, self: object): boolean => {
    if (claimed.get(self) === cache) return true;
    if (!claimDefaultKey(cache, name, method, self)) return false;
    claimed.set(self, cache);
    return true;
  };

  return (cache, self, args) => {
    if (!isOwner(cache, self)) {
      warnOfInstance(`the default key belongs to another instance, so this one runs uncached; ${remedy}`);
      return undefined;
    }
    try {
      return keyOf(args);
    } catch (error) {
      if (!(error instanceof CacheError)) throw error;
      warnOfArgument(`ran uncached, because ${error.message.slice(name.length + 2)}`);
      return undefined;
    }
  };
}

const remedy = "give @Cacheable a 'key' that differs between the instances (a function gets the instance as 'this')";

/** Longer arguments are hashed. In characters. */
const maxTextLength = 200;

/**
 * Names a call by its method and its arguments: `UserService.find(42)`, or `UserService.search(#<sha256>)`.
 * @param method - class and method
 */
export function defaultKey(method: string): (args: readonly unknown[]) => string {
  const names = new ClassNames();
  return (args) => {
    const text = canonicalArguments(args, method, names);
    // No argument starts with '#', so a hash equals no arguments.
    return `${method}(${text.length <= maxTextLength ? text : `#${createHash('sha256').update(text).digest('hex')}`})`;
  };
}

/**
 * The name of a method in default keys. An overridden method that is called through `super` has another key than the method that overrides it:
 * with one key the outer load would wait for itself.
 * @param prototype - the one that declares the method
 */
export function keyName(type: ClassLike, prototype: object, name: string | symbol): string {
  const overridden = declaringPrototype(type.prototype, name) !== prototype;
  return overridden ? `${type.name}>${methodName(prototype.constructor, name)}` : methodName(type, name);
}

function declaringPrototype(prototype: object, name: string | symbol): object | null {
  let one: object | null = prototype;
  while (one !== null && !Object.hasOwn(one, name)) one = Object.getPrototypeOf(one) as object | null;
  return one;
}
