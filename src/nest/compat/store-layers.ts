import type { CreateCacheOptions } from '../../create-cache';
import { CacheError } from '../../domain/cache-error';
import type { TtlOption } from '../../domain/options/options';
import { escapingSanitizer, fromCacheable } from '../..';
import type { KeySanitizer } from '../../ports/key-sanitizer';
import type { CacheManagerOptions } from './cache-options';
import { isKeyv, type CacheStore } from './cache-store';
import { memoryStore, type MemoryStore } from './memory-store';
import { timeToLive } from './durations';

/** How the stores of the options become the two tiers. */
export interface StoreLayers {
  /** As they were given. */
  readonly stores: readonly CacheStore[];
  readonly options: CreateCacheOptions;
  /** Of the options: names keys in the cache's own events. */
  readonly sanitizer: KeySanitizer;
  /** Whether callers get copies, as stores give them that serialise. */
  readonly copies: boolean;
  /** What events call the store that is this tier. */
  readonly names: { readonly l1: string; readonly l2: string };
}

/** A store that stands alone is asked for every read. */
const notAtAll = 0;

/** @throws CacheError `CACHE_OPTION_INVALID` for stores that two tiers cannot be made of */
export function storeLayers(given: CacheManagerOptions): StoreLayers {
  const stores = given.stores === undefined ? [] : [given.stores].flat();
  stores.forEach(assertStore);
  const [first] = stores;
  if (stores.length === 1 && isCacheable(first)) return cacheableLayers(given, first);
  const memories = stores.filter((store) => memoryStore(store) !== undefined);
  const others = stores.filter((store) => memoryStore(store) === undefined);
  if (memories.length > 1 || others.length > 1 || others.some(isCacheable)) throw tooMany(memories.length, others.length);
  return tiers(given, stores, memories[0], others[0]);
}

function tiers(
  given: CacheManagerOptions,
  stores: readonly CacheStore[],
  l1: CacheStore | undefined,
  l2: CacheStore | undefined,
): StoreLayers {
  const memory = l1 && memoryStore(l1);
  const primary = memory === undefined && l2 !== undefined ? { lruSize: 1 } : lruSizeOf(memory);
  const sanitizer = escapingSanitizer();
  const secondary = l2 && { secondary: l2 as NonNullable<CreateCacheOptions['secondary']> };
  return {
    stores,
    sanitizer,
    options: { ...shared(given), ...secondary, primary, sanitizer, ttl: life(given, memory, l2) },
    copies: l2 !== undefined || memory?.copies === true,
    names: { l1: nameOf(stores, l1 ?? l2), l2: nameOf(stores, l2) },
  };
}

function cacheableLayers(given: CacheManagerOptions, instance: CacheableInstance): StoreLayers {
  const sanitizer = escapingSanitizer();
  const ttl = given.ttl === undefined ? {} : { ttl: timeToLive(given.ttl) };
  const options = { ...fromCacheable(instance), ...shared(given), ...ttl, sanitizer };
  return { stores: [instance], sanitizer, options, copies: true, names: { l1: 'primary', l2: 'primary' } };
}

function shared({ namespace, nonBlocking }: CacheManagerOptions): Pick<CreateCacheOptions, 'namespace' | 'nonBlocking'> {
  return { ...(namespace && { namespace }), ...(nonBlocking !== undefined && { nonBlocking }) };
}

function lruSizeOf(memory: MemoryStore | undefined): { readonly lruSize?: number } {
  return memory?.lruSize === undefined ? {} : { lruSize: memory.lruSize };
}

/** The ttl of the options wins over those of the stores. */
function life({ ttl }: CacheManagerOptions, memory: MemoryStore | undefined, l2: CacheStore | undefined): TtlOption {
  if (l2 === undefined) return timeToLive(ttl ?? memory?.ttlMs ?? 0);
  const secondaryMs = ttl ?? (isKeyv(l2) ? l2.ttl : undefined) ?? 0;
  const secondary = timeToLive(secondaryMs);
  if (memory === undefined) return { primary: notAtAll, secondary };
  if (ttl !== undefined || memory.ttlMs === undefined) return secondary;
  return { primary: Math.min(memory.ttlMs, secondaryMs || Infinity), secondary };
}

function nameOf(stores: readonly CacheStore[], store: CacheStore | undefined): string {
  const index = store === undefined ? 0 : stores.indexOf(store);
  return index === 0 ? 'primary' : `secondary:${String(index - 1)}`;
}

type CacheableInstance = CacheStore & Parameters<typeof fromCacheable>[0];

function isCacheable(store: unknown): store is CacheableInstance {
  return typeof store === 'object' && store !== null && 'primary' in store && 'secondary' in store && 'nonBlocking' in store;
}

function assertStore(store: unknown, index: number): void {
  const methods = ['get', 'set', 'delete', 'clear'];
  if (typeof store === 'object' && store !== null && methods.every((name) => typeof Reflect.get(store, name) === 'function')) return;
  throw new CacheError(
    'CACHE_OPTION_INVALID',
    `CacheModule: stores[${String(index)}]: expected a Keyv or a Keyv storage adapter, got something else`,
  );
}

function tooMany(memories: number, others: number): CacheError {
  const got = `${String(memories)} in memory and ${String(others)} elsewhere`;
  return new CacheError('CACHE_OPTION_INVALID', `CacheModule: stores: expected at most one in memory and one elsewhere, got ${got}`);
}
