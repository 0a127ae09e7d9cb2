import { CacheError } from '../../domain/errors/cache-error';
import type { CacheOptions } from '../../domain/options';
import type { StoreDriver } from '../../ports/driver';
import type { Logger } from '../../ports/logger';
import { toDriver } from '../keyv/to-driver';
import { consoleLogger } from '../system/console-logger';
import type { CacheableLike } from './cacheable-like';
import { lifeOf, maxTtlOf } from './from-cacheable-life';
import { memoryOf } from './from-cacheable-memory';

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
