import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { cacheIn, slotFor } from './cache-slot';
import { classConfigOf } from './class-config';

/** The names of a cache and of a namespace in it. Those of a method override those of its class. */
interface TargetNames {
  readonly cache?: string | undefined;
  readonly namespace?: string | undefined;
}

/** The cache, or the namespace of a cache, that a method uses in the instances of one class. */
export class CacheTarget {
  readonly cacheName: string | undefined;
  readonly namespace: string | undefined;
  /** The property in which instances keep the cache. */
  readonly slot: symbol;
  readonly #namespaces = new WeakMap<CacheableService, CacheableService>();

  constructor(type: ClassLike, given: TargetNames) {
    const config = classConfigOf(type);
    this.cacheName = given.cache ?? config.cache;
    this.namespace = given.namespace ?? config.namespace;
    this.slot = slotFor(this.cacheName);
  }

  /** `undefined` where the instance has none, for example because it was not made by Nest. */
  cacheOf(instance: unknown): CacheableService | undefined {
    const cache = cacheIn(instance as object, this.slot);
    return cache && this.partOf(cache);
  }

  /** The namespace of the cache that the method uses, or the cache itself. */
  partOf(cache: CacheableService): CacheableService {
    if (this.namespace === undefined) return cache;
    const known = this.#namespaces.get(cache);
    if (known !== undefined) return known;
    const made = cache.namespace(this.namespace);
    this.#namespaces.set(cache, made);
    return made;
  }
}
