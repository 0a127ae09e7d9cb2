import { memorySettings, type CreateCacheOptions, type MemorySettings } from '../../create-cache';
import { CacheError } from '../../domain/cache-error';
import type { Ttl, TtlOption } from '../../domain/options/options';
import type { KeySanitizer } from '../../ports/sanitized-key';
import { escapingSanitizer, fromCacheable } from '../..';
import type { CacheManagerOptions } from './cache.module-definition';
import { adapterOf, isKeyv, type CacheStore } from './cache-store';
import { timeToLive } from './durations';

/** The stores of the options, assigned to L1 and L2. */
export interface StoreTiers {
  /** The option `stores`, as an array. */
  readonly stores: readonly CacheStore[];
  readonly options: CreateCacheOptions;
  /** The sanitizer of the options: keys in the cache's own events have passed it. */
  readonly sanitizer: KeySanitizer;
  /** Whether callers get copies, as from a store that serialises. */
  readonly copies: boolean;
  /** Name of each tier's store in events. */
  readonly names: { readonly l1: string; readonly l2: string };
}

interface MemoryStore extends MemorySettings {
  readonly store: CacheStore;
}

/** `ttl.primary` of a cache without a store in memory: every read asks L2. */
const noL1Ttl = 0;

/** @throws CacheError `CACHE_OPTION_INVALID` if the stores are not at most one in memory and one elsewhere */
export function storeTiers(given: CacheManagerOptions): StoreTiers {
  const stores = given.stores === undefined ? [] : [given.stores].flat();
  stores.forEach(assertStore);
  const [first] = stores;
  if (stores.length === 1 && isCacheable(first)) return cacheableTiers(given, first);
  const memories = stores.flatMap((store, index) => memoryStore(store, index) ?? []);
  const others = stores.filter((store) => memories.every((memory) => memory.store !== store));
  if (memories.length > 1 || others.length > 1 || others.some(isCacheable)) throw tooMany(memories.length, others.length);
  return tiers(given, stores, memories[0], others[0]);
}

function memoryStore(store: CacheStore, index: number): MemoryStore | undefined {
  const settings = memorySettings(adapterOf(store), `CacheModule: stores[${String(index)}]`);
  return settings && { ...settings, ttlMs: keyvTtlMs(store) ?? settings.ttlMs, store };
}

function tiers(
  given: CacheManagerOptions,
  stores: readonly CacheStore[],
  memory: MemoryStore | undefined,
  l2: CacheStore | undefined,
): StoreTiers {
  const sanitizer = escapingSanitizer();
  const secondary = l2 && { secondary: l2 as NonNullable<CreateCacheOptions['secondary']> };
  return {
    stores,
    sanitizer,
    options: { ...shared(given), ...secondary, primary: primaryOf(memory, l2), sanitizer, ttl: ttlOf(given, memory, l2) },
    copies: l2 !== undefined || (memory !== undefined && returnsCopies(memory)),
    names: { l1: nameOf(stores, memory?.store ?? l2), l2: nameOf(stores, l2) },
  };
}

function cacheableTiers(given: CacheManagerOptions, instance: CacheableInstance): StoreTiers {
  const sanitizer = escapingSanitizer();
  const ttl = given.ttl === undefined ? {} : { ttl: timeToLive(given.ttl) };
  const options = { ...fromCacheable(instance), ...shared(given), ...ttl, sanitizer };
  return { stores: [instance], sanitizer, options, copies: true, names: { l1: 'primary', l2: 'primary' } };
}

function shared({
  breaker,
  namespace,
  nonBlocking,
}: CacheManagerOptions): Pick<CreateCacheOptions, 'breaker' | 'namespace' | 'nonBlocking'> {
  return {
    ...(breaker !== undefined && { breaker }),
    ...(namespace && { namespace }),
    ...(nonBlocking !== undefined && { nonBlocking }),
  };
}

function primaryOf(memory: MemoryStore | undefined, l2: CacheStore | undefined): NonNullable<CreateCacheOptions['primary']> {
  if (memory === undefined) return l2 === undefined ? {} : { lruSize: 1 };
  return memory.lruSize === undefined ? {} : { lruSize: memory.lruSize };
}

/** The ttl of the options wins over those of the stores. */
function ttlOf({ ttl }: CacheManagerOptions, memory: MemoryStore | undefined, l2: CacheStore | undefined): TtlOption {
  const memoryMs = ttl ?? memory?.ttlMs;
  if (l2 === undefined) return atMost(timeToLive(memoryMs ?? 0), memory?.maxTtlMs);
  const secondary = timeToLive(ttl ?? keyvTtlMs(l2) ?? 0);
  if (memory === undefined) return { primary: noL1Ttl, secondary };
  // No ttl for memory alone: then the cache chooses how soon L1 asks L2 again.
  if ((ttl !== undefined || memory.ttlMs === undefined) && memory.maxTtlMs === undefined) return secondary;
  const primary = atMost(timeToLive(memoryMs ?? 0), memory.maxTtlMs);
  return { primary: secondary === 'forever' ? primary : atMost(primary, secondary), secondary };
}

function atMost(ttl: Ttl, limit: Ttl | undefined): Ttl {
  return limit !== undefined && (ttl === 'forever' || ttl > limit) ? limit : ttl;
}

function keyvTtlMs(store: CacheStore): number | undefined {
  return isKeyv(store) && store.ttl !== undefined && store.ttl > 0 ? store.ttl : undefined;
}

/** The original puts a bare adapter into a Keyv, which serialises. */
function returnsCopies({ store, useClone }: MemoryStore): boolean {
  return !isKeyv(store) || store.serialize !== undefined || useClone;
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
