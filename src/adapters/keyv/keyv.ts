import { CacheError } from '../../domain/cache-error';
import { check, optional, parseOptions, shape } from '../../domain/options/option-checks';
import { type StoreDriver, deriveDriver } from '../../ports/driver';
import type { InvalidationBus } from '../../ports/invalidation-bus';
import { toDriver } from './keyv-driver';
import type { KeyvLike } from './keyv-source';

const bus = check('a bus (an object with publish, subscribe, probe and noticesWithinMs)', (given) => {
  const { publish, subscribe, probe, noticesWithinMs } = Object(given) as Partial<Record<keyof InvalidationBus, unknown>>;
  const isBus = typeof publish === 'function' && typeof subscribe === 'function' && Object(probe) === probe && Number(noticesWithinMs) >= 0;
  return isBus ? (given as InvalidationBus) : undefined;
});

const settings = shape<{ bus: InvalidationBus | undefined }>({ bus: optional(bus, undefined) });

/**
 * Layer 2 on anything that Keyv can store in: a storage adapter such as `new KeyvRedis(url)`, a `Map`, or a whole `Keyv`.
 *
 * An adapter is used directly, without a Keyv around it, so that payloads are encoded once. Failures that `@keyv/redis` would answer with
 * `undefined` are thrown, but only to this cache: the adapter and its settings stay as they are.
 *
 * Of a `Keyv` its namespace, `serialize`, `deserialize` and `compression` are used as they are at this moment. Its hooks do not run, its
 * statistics do not count, and the cache's ttl applies, not its own.
 *
 * A connection that is not open when the cache starts is opened, kept and closed by the cache, so `new KeyvRedis(url)` needs nothing more;
 * one that you opened stays yours. A `KeyvValkey` connects at once: made from a URL it is the cache's, which lets it fail fast and closes it;
 * made otherwise it is yours. So are all other adapters.
 *
 * While the server is away nothing is queued. That it hangs is noticed by a PING every five seconds, and sooner by a client with
 * `{ url, disableOfflineQueue: true, pingInterval: 300, socket: { connectTimeout: 500, socketTimeout: 800 } }`.
 *
 * @throws CacheError `CACHE_OPTION_INVALID`, also for what is neither an adapter nor a Keyv
 */
export function keyv(store: KeyvLike, settings: KeyvSettings = {}): StoreDriver {
  const { bus } = checkKeyvSettings(settings);
  const driver = toDriver(store);
  if (driver !== undefined) return bus === undefined ? driver : deriveDriver(driver, { bus });
  throw new CacheError('CACHE_OPTION_INVALID', `keyv(): expected a Keyv or a Keyv storage adapter, got ${kindOf(store)}`);
}

function kindOf(given: unknown): string {
  return given === null ? 'null' : typeof given;
}

/** What concerns the driver and not the adapter. */
export interface KeyvSettings {
  /**
   * Tells the other processes what to drop from layer 1. It is yours to connect and to close.
   * @defaultValue none: layer 1 asks layer 2 again every 30 s
   */
  readonly bus?: InvalidationBus;
}

/** @throws CacheError `CACHE_OPTION_INVALID` */
function checkKeyvSettings(given: KeyvSettings): { readonly bus: InvalidationBus | undefined } {
  return parseOptions('keyv()', settings, given);
}
