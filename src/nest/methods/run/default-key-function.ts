import type { Cache } from '../../../domain/cache';
import { CacheError } from '../../../domain/cache-error';
import { logOnce } from '../../../domain/shared/log-once';
import type { ClassLike } from '../../shared/class-like';
import type { DecoratedMethod } from '../declared/decorated-method';
import { claimDefaultKey } from '../declared/default-keys';
import { defaultKey, keyName, methodName } from '../declared/method-key';
import { warn } from '../declared/method-log';

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
