import { CacheError } from '../../../domain/cache-error';
import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { CacheTarget } from '../declared/cache-target';
import type { DecoratedMethod } from '../declared/decorated-method';
import { claimDefaultKey, ownerOf, withholdDefaultKey } from '../declared/default-keys';
import { keyName, methodName } from '../declared/method-key';
import type { DecoratedProvider } from './decorated-provider';

/** Decides about the default keys of a provider's methods. */
export type OwnDefaultKeys = (provider: DecoratedProvider, methods: readonly DecoratedMethod[], cache: CacheableService) => void;

/**
 * Claims the default keys of a provider's methods for its instance.
 * @throws CacheError `CACHE_OPTION_INVALID` where several instances would read each other's entries
 */
export const claimDefaultKeys: OwnDefaultKeys = ({ instance, type }, methods, cache) => {
  for (const { method, name, target } of defaultKeysOf(type, methods, cache)) {
    if (instance === undefined) throw sharedKey(type, method, 'Nest makes an instance for each request or consumer', ownKey);
    if (!claimDefaultKey(target, name, method, instance)) throw conflict(type, method, ownerOf(target, name)?.type);
  }
};

/** For classes of which a factory makes an instance for each request or consumer: calls with a default key run uncached, and are logged. */
export const withholdDefaultKeys: OwnDefaultKeys = ({ type }, methods, cache) => {
  for (const { method, name, target } of defaultKeysOf(type, methods, cache)) withholdDefaultKey(target, name, method);
};

interface DefaultKey {
  readonly method: DecoratedMethod;
  readonly name: string;
  readonly target: CacheableService;
}

function defaultKeysOf(type: ClassLike, methods: readonly DecoratedMethod[], cache: CacheableService): DefaultKey[] {
  return methods.flatMap((method) =>
    method.aspects
      .filter(({ hasDefaultKey }) => hasDefaultKey)
      .map((aspect) => ({
        method,
        name: keyName(type, method.prototype, method.name),
        target: new CacheTarget(type, aspect).partOf(cache),
      })),
  );
}

const ownKey = "give @Cacheable a 'key' that differs between them (a function gets the instance as 'this')";

function conflict(type: ClassLike, method: DecoratedMethod, owner: unknown): CacheError {
  if (owner !== type)
    return sharedKey(type, method, `two classes are named ${type.name || 'nothing'}`, 'give one of them @CacheConfig({ namespace })');
  const remedy = `provide ${type.name} in one module and import that module, or ${ownKey}`;
  return sharedKey(type, method, `the application has several instances of ${type.name}, or methods of one name`, remedy);
}

function sharedKey(type: ClassLike, { name }: DecoratedMethod, why: string, remedy: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `@Cacheable on ${methodName(type, name)}: ${why}, and the default key of class, method and arguments is the same for all; ${remedy}`,
  );
}
