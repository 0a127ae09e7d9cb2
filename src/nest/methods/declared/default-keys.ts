import { Cache } from '../../../domain/cache';
import { CacheError } from '../../../domain/cache-error';
import { logOnce } from '../../../domain/shared/log-once';
import type { ClassLike } from '../../shared/class-like';
import type { DecoratedMethod } from './decorated-method';
import { defaultKey, keyName, methodName } from './method-key';
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
