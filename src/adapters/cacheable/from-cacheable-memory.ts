import { CacheError } from '../../domain/errors/cache-error';
import type { PrimaryOptions } from '../../domain/options';
import type { CacheableStoreLike } from './cacheable-like';

/** What the primary of a `Cacheable` says about layer 1. */
export interface CacheableMemorySettings {
  readonly options: PrimaryOptions;
  readonly ttl: number | string | undefined;
  readonly maxTtl: number | string | undefined;
}

type MemoryLike = Pick<CacheableMemorySettings, 'ttl' | 'maxTtl'> & { readonly lruSize: number; readonly useClone: boolean };

/** @throws CacheError `CACHE_OPTION_INVALID` for a primary that does not live in memory */
export function memoryOf({ store, serialize }: CacheableStoreLike): CacheableMemorySettings {
  if (isCacheableMemory(store)) {
    const { lruSize, useClone, ttl, maxTtl } = store.store;
    return { options: { ...(lruSize > 0 ? { lruSize } : {}), useClone }, ttl, maxTtl };
  }
  // A serialiser hands out a fresh copy each time; that is what cloning is for.
  if (store instanceof Map) return { options: { useClone: serialize !== undefined }, ttl: undefined, maxTtl: undefined };
  throw new CacheError(
    'CACHE_OPTION_INVALID',
    'fromCacheable(): primary: expected CacheableMemory or a Map, got a store that is not in memory',
  );
}

/** `KeyvCacheableMemory`: its own `store` is the `CacheableMemory` of its namespace. */
function isCacheableMemory(store: unknown): store is { readonly store: MemoryLike } {
  const inner: unknown = typeof store === 'object' && store !== null && 'store' in store ? store.store : undefined;
  return typeof inner === 'object' && inner !== null && 'lruSize' in inner && 'useClone' in inner;
}
