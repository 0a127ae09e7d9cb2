import { shorthandToMilliseconds } from 'cacheable';
import { CacheError } from '../../domain/cache-error';
import type { CacheOptions, TtlOption, PrimaryOptions } from '../../domain/options/options';
import type { StoreDriver } from '../../ports/driver';
import type { Logger } from '../../ports/logger';
import { toDriver } from '../keyv/keyv-driver';
import { consoleLogger } from '../system/console-logger';

/** What cacheable does, and this cache does not take over. */
const leftBehind: Readonly<Record<string, (instance: CacheableLike) => boolean>> = {
  hooks: ({ hooks }) => [...hooks.values()].some((handlers) => handlers.length > 0),
  sync: ({ sync }) => sync !== undefined,
  tags: ({ tags }) => tags.enabled,
};

/**
 * The options of `createCache` that mean what a `Cacheable` instance was configured to do: its two stores, `ttl`, `maxTtl`, `namespace` and
 * `nonBlocking`.
 *
 * - Without a ttl anywhere entries live for ever there, so the answer is `'forever'`, and not this cache's default of five minutes.
 * - Layer 1 starts empty, with the `lruSize`, `useClone` and ttl of the instance's `CacheableMemory` or `Map`; one without a limit gets the
 *   default limit.
 * - Layer 2 is the same Keyv, used as `keyv()` does. Values that the instance wrote are not read: entries have a form of their own.
 * - With `nonBlocking` writes are made in the background; reads stay bounded by their deadline.
 * - Hooks, `sync` and tags are not run. When the instance has any, that is said once, at `warn`.
 *
 * The instance itself is neither kept nor changed.
 *
 * @param options - `logger`: who is told; by default the console
 * @throws CacheError `CACHE_OPTION_INVALID` for a primary that does not live in memory, or what is no `Cacheable`
 */
export function fromCacheable(instance: CacheableLike, { logger = consoleLogger }: { readonly logger?: Logger } = {}): CacheOptions {
  checkInstance(instance);
  const memory = memoryOf(instance.primary);
  const maxTtl = maxTtlOf(instance);
  const namespace = typeof instance.namespace === 'function' ? instance.namespace() : instance.namespace;
  reportLeftBehind(instance, logger);
  return {
    primary: memory.options,
    ...(instance.secondary === undefined ? {} : { secondary: driverOf(instance.secondary) }),
    ttl: lifeOf(instance, memory),
    ...(maxTtl === undefined ? {} : { maxTtl }),
    ...(namespace ? { namespace } : {}),
    ...(instance.nonBlocking ? { nonBlocking: true } : {}),
  };
}

function checkInstance(instance: unknown): void {
  const like =
    typeof instance === 'object' && instance !== null && 'primary' in instance && 'nonBlocking' in instance && 'hooks' in instance;
  if (!like) throw new CacheError('CACHE_OPTION_INVALID', 'fromCacheable(): expected a Cacheable instance');
}

function driverOf(secondary: unknown): StoreDriver {
  const driver = toDriver(secondary);
  if (driver === undefined) throw new CacheError('CACHE_OPTION_INVALID', 'fromCacheable(): secondary: expected a Keyv, got something else');
  return driver;
}

function reportLeftBehind(instance: CacheableLike, logger: Logger): void {
  const names = Object.keys(leftBehind).filter((name) => leftBehind[name]?.(instance));
  if (names.length > 0) logger.warn(`fromCacheable(): the instance has ${names.join(', ')}, which this cache does not run`);
}

/**
 * A `Cacheable`, as far as its configuration is read. Structural, because cacheable comes as an ES module and as a CommonJS copy,
 * and the class of one is not that of the other.
 */
interface CacheableLike {
  readonly primary: CacheableStoreLike;
  readonly secondary: CacheableStoreLike | undefined;
  readonly ttl: number | string | undefined;
  readonly maxTtl: number | string | undefined;
  readonly namespace: string | (() => string) | undefined;
  readonly nonBlocking: boolean;
  readonly sync: unknown;
  readonly tags: { readonly enabled: boolean };
  readonly hooks: ReadonlyMap<string, readonly unknown[]>;
}

/** One of its two Keyvs. */
interface CacheableStoreLike {
  readonly store: unknown;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
  readonly serialize?: unknown;
}

/** For cacheable a store's own ttl wins over the instance's, and none, 0 and less mean for ever. */
function lifeOf({ primary, secondary, ttl }: CacheableLike, memory: CacheableMemorySettings): TtlOption {
  const shared = milliseconds('ttl', ttl);
  const own = milliseconds('primary.ttl', primary.ttl) ?? (shared === undefined ? milliseconds('primary.ttl', memory.ttl) : undefined);
  const ofPrimary = capped(own ?? shared, milliseconds('primary.maxTtl', memory.maxTtl));
  if (secondary === undefined) return ofPrimary ?? 'forever';
  const ofSecondary = milliseconds('secondary.ttl', secondary.ttl) ?? shared;
  // Where nobody chose a time for layer 1 alone, this cache chooses: without a bus layer 1 asks layer 2 again after a while.
  if (ofPrimary === undefined || (own === undefined && ofPrimary === ofSecondary)) return ofSecondary ?? 'forever';
  return { primary: ofPrimary, secondary: ofSecondary ?? 'forever' };
}

function maxTtlOf({ maxTtl }: CacheableLike): number | undefined {
  return milliseconds('maxTtl', maxTtl);
}

function capped(ttl: number | undefined, max: number | undefined): number | undefined {
  return max === undefined ? ttl : Math.min(ttl ?? Infinity, max);
}

function milliseconds(path: string, given: number | string | undefined): number | undefined {
  try {
    const ms = shorthandToMilliseconds(given);
    return ms !== undefined && ms > 0 ? ms : undefined;
  } catch {
    throw new CacheError('CACHE_OPTION_INVALID', `fromCacheable(): ${path}: expected a duration such as '5m', got another text`);
  }
}

/** What the primary of a `Cacheable` says about layer 1. */
interface CacheableMemorySettings {
  readonly options: PrimaryOptions;
  readonly ttl: number | string | undefined;
  readonly maxTtl: number | string | undefined;
}

type MemoryLike = Pick<CacheableMemorySettings, 'ttl' | 'maxTtl'> & { readonly lruSize: number; readonly useClone: boolean };

/** @throws CacheError `CACHE_OPTION_INVALID` for a primary that does not live in memory */
function memoryOf({ store, serialize }: CacheableStoreLike): CacheableMemorySettings {
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
