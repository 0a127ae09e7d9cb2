import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { seatedIn, seatOf } from './cache-slot';
import { configOf } from './class-config';

/** What a method and its class say about the cache to use; the method wins. */
interface GivenPlace {
  readonly cache?: string | undefined;
  readonly namespace?: string | undefined;
}

/** Which part of which cache a method uses, for the instances of one class. */
export class CachePlace {
  readonly cacheName: string | undefined;
  readonly namespace: string | undefined;
  /** Where instances keep the cache. */
  readonly seat: symbol;
  readonly #parts = new WeakMap<CacheableService, CacheableService>();

  constructor(type: ClassLike, given: GivenPlace) {
    const config = configOf(type);
    this.cacheName = given.cache ?? config.cache;
    this.namespace = given.namespace ?? config.namespace;
    this.seat = seatOf(this.cacheName);
  }

  /** `undefined` where there is none, as in an instance that Nest does not know. */
  cacheOf(instance: unknown): CacheableService | undefined {
    const cache = seatedIn(instance as object, this.seat);
    return cache === undefined || this.namespace === undefined ? cache : this.#partOf(cache, this.namespace);
  }

  #partOf(cache: CacheableService, namespace: string): CacheableService {
    const known = this.#parts.get(cache);
    if (known !== undefined) return known;
    const part = cache.namespace(namespace);
    this.#parts.set(cache, part);
    return part;
  }
}
