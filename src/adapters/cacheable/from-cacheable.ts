import { CacheError } from '../../domain/cache-error';
import type { CacheOptions, PrimaryOptions, Ttl, TtlOption } from '../../domain/options/options';
import type { StoreDriver } from '../../ports/driver';
import type { Logger } from '../../ports/logger';
import { toDriver } from '../keyv/keyv-driver';
import { consoleLogger } from '../system/console-logger';
import { cacheableDuration, memorySettings, type MemorySettings } from './memory-settings';

/** Features of a `Cacheable` that this cache does not have, and how to see that an instance uses them. */
const ignoredFeatures: Readonly<Record<string, (instance: CacheableLike) => boolean>> = {
  hooks: ({ hooks }) => [...hooks.values()].some((handlers) => handlers.length > 0),
  sync: ({ sync }) => sync !== undefined,
  tags: ({ tags }) => tags.enabled,
};

/**
 * Options for `createCache` from the configuration of a `Cacheable` instance: its stores, `ttl`, `maxTtl`, `namespace` and `nonBlocking`.
 *
 * - Without a ttl the result is `'forever'`, as in cacheable, and not this cache's default of five minutes.
 * - L1 starts empty, with the `lruSize`, `useClone` and ttl of the instance's memory: `CacheableMemory`, `Map`, or a cache with the methods of a
 * `Map`, such as lru-cache. A memory without a limit gets the default limit.
 * - L2 is the same Keyv, used as `keyv()` does. Values that the instance wrote are not read: entries have another format.
 * - An instance with one store, outside of memory, becomes a cache that asks L2 on every read.
 * - A primary ttl that is longer than the secondary's is shortened to it.
 * - With `nonBlocking`, writes are made in the background; reads keep their deadline.
 * - Hooks, `sync` and tags are ignored, and one `warn` names those that the instance uses.
 *
 * The instance is neither kept nor changed.
 *
 * @param options - `logger`: receives the `warn`; by default the console
 * @throws CacheError `CACHE_OPTION_INVALID` for a primary outside of memory beside a secondary, and for an object that is no `Cacheable`
 */
export function fromCacheable(instance: CacheableLike, { logger = consoleLogger }: { readonly logger?: Logger } = {}): CacheOptions {
  checkInstance(instance);
  reportIgnoredFeatures(instance, logger);
  const memory = memorySettings(instance.primary.store, 'fromCacheable(): primary');
  const tiers = memory === undefined ? remoteAlone(instance) : memoryFirst(instance, memory);
  const namespace = typeof instance.namespace === 'function' ? instance.namespace() : instance.namespace;
  return { ...tiers, ...(namespace ? { namespace } : {}), ...(instance.nonBlocking ? { nonBlocking: true } : {}) };
}

function checkInstance(instance: unknown): void {
  const isLike =
    typeof instance === 'object' && instance !== null && 'primary' in instance && 'nonBlocking' in instance && 'hooks' in instance;
  if (!isLike) throw new CacheError('CACHE_OPTION_INVALID', 'fromCacheable(): expected a Cacheable instance, got something else');
}

function reportIgnoredFeatures(instance: CacheableLike, logger: Logger): void {
  const names = Object.keys(ignoredFeatures).filter((name) => ignoredFeatures[name]?.(instance));
  if (names.length > 0) logger.warn(`fromCacheable(): the instance uses ${names.join(', ')}, which this cache ignores`);
}

type TierOptions = Pick<CacheOptions, 'primary' | 'secondary' | 'ttl' | 'maxTtl'>;

function memoryFirst(instance: CacheableLike, memory: MemorySettings): TierOptions {
  const { primary, secondary } = instance;
  const lruSize: PrimaryOptions = memory.lruSize === undefined ? {} : { lruSize: memory.lruSize };
  return {
    // A serialiser returns a new copy on every read, which is the effect of useClone.
    primary: { ...lruSize, useClone: memory.useClone || primary.serialize !== undefined },
    ...(secondary === undefined ? {} : { secondary: driverOf('secondary', secondary) }),
    ttl: ttlOf(instance, memory),
    ...maxTtlOf(instance, secondary === undefined ? memory.maxTtlMs : undefined),
  };
}

function remoteAlone(instance: CacheableLike): TierOptions {
  const { primary, secondary, ttl } = instance;
  if (secondary !== undefined) {
    throw new CacheError(
      'CACHE_OPTION_INVALID',
      'fromCacheable(): primary: expected CacheableMemory, a Map or a cache like it beside a secondary, got a store outside of memory',
    );
  }
  const ttlMs = cacheableDuration(primary.ttl, 'fromCacheable(): primary.ttl') ?? cacheableDuration(ttl, 'fromCacheable(): ttl');
  return {
    primary: { lruSize: 1 },
    secondary: driverOf('primary', primary),
    ttl: { primary: 0, secondary: toTtl(ttlMs) },
    ...maxTtlOf(instance, undefined),
  };
}

function driverOf(option: string, store: CacheableStoreLike): StoreDriver {
  const driver = toDriver(store);
  if (driver === undefined) throw new CacheError('CACHE_OPTION_INVALID', `fromCacheable(): ${option}: expected a Keyv, got something else`);
  return driver;
}

/** In cacheable the ttl of a store wins over that of the instance. */
function ttlOf({ primary, secondary, ttl }: CacheableLike, memory: MemorySettings): TtlOption {
  const sharedMs = cacheableDuration(ttl, 'fromCacheable(): ttl');
  const ownMs = cacheableDuration(primary.ttl, 'fromCacheable(): primary.ttl') ?? (sharedMs === undefined ? memory.ttlMs : undefined);
  const primaryMs = shorter(ownMs ?? sharedMs, memory.maxTtlMs);
  if (secondary === undefined) return toTtl(primaryMs);
  const secondaryMs = cacheableDuration(secondary.ttl, 'fromCacheable(): secondary.ttl') ?? sharedMs;
  // No ttl for the primary alone: then this cache chooses how soon L1 asks L2 again when no bus reports changes.
  if (primaryMs === undefined || (ownMs === undefined && primaryMs === secondaryMs)) return toTtl(secondaryMs);
  return { primary: toTtl(shorter(primaryMs, secondaryMs)), secondary: toTtl(secondaryMs) };
}

function maxTtlOf({ maxTtl }: CacheableLike, memoryMaxTtlMs: number | undefined): Pick<CacheOptions, 'maxTtl'> {
  const ms = shorter(cacheableDuration(maxTtl, 'fromCacheable(): maxTtl'), memoryMaxTtlMs);
  return ms === undefined || ms === Infinity ? {} : { maxTtl: ms };
}

function shorter(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function toTtl(ms: number | undefined): Ttl {
  return ms === undefined || ms === Infinity ? 'forever' : ms;
}

/** The configuration of a `Cacheable`. Structural, because cacheable exists as an ES module and as a CommonJS copy, with different classes. */
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
