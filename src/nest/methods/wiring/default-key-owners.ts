import { CacheError } from '../../../domain/cache-error';
import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { CacheTarget } from '../declared/cache-target';
import type { DecoratedMethod } from '../declared/decorated-method';
import { methodName } from '../declared/method-key';

/** The class that each default key belongs to. A default key contains the name of the class, and two classes may have one name. */
export class KeyOwners {
  readonly #owners = new Map<CacheableService, Map<string, ClassLike>>();

  /** @throws CacheError `CACHE_OPTION_INVALID` */
  claim(type: ClassLike, method: DecoratedMethod, cache: CacheableService): void {
    for (const aspect of method.aspects.filter(({ hasDefaultKey }) => hasDefaultKey)) {
      const { namespace = '' } = new CacheTarget(type, aspect);
      const name = methodName(type, method.name);
      const owner = this.#ownersIn(cache, `${namespace} ${name}`, type);
      if (owner !== type) throw clash(type, name);
    }
  }

  #ownersIn(cache: CacheableService, key: string, claimant: ClassLike): ClassLike {
    const owners = this.#owners.get(cache) ?? new Map<string, ClassLike>();
    const owner = owners.get(key) ?? claimant;
    this.#owners.set(cache, owners.set(key, owner));
    return owner;
  }
}

function clash(type: ClassLike, name: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `@Cacheable on ${name}: two classes are named ${type.name || 'nothing'}, and would share the entries of ${name}; give one of them @CacheConfig({ namespace })`,
  );
}
