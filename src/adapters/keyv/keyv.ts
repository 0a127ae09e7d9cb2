import { CacheError } from '../../domain/cache-error';
import { check, optional, parseOptions, shape, wholeNumber } from '../../domain/options/option-checks';
import { type StoreDriver, deriveDriver } from '../../ports/driver';
import type { InvalidationBus } from '../../ports/invalidation-bus';
import { defaultMaxRowBytes } from './adapter/row-store';
import { toDriver } from './keyv-driver';
import type { KeyvLike } from './keyv-source';

const bus = check('a bus (an object with publish, subscribe, probe and noticesWithinMs)', (given) => {
  const { publish, subscribe, probe, noticesWithinMs } = Object(given) as Partial<Record<keyof InvalidationBus, unknown>>;
  const isBus = typeof publish === 'function' && typeof subscribe === 'function' && Object(probe) === probe && Number(noticesWithinMs) >= 0;
  return isBus ? (given as InvalidationBus) : undefined;
});

const settings = shape<Checked>({ bus: optional(bus, undefined), maxRowBytes: optional(wholeNumber(1, 536_870_912), defaultMaxRowBytes) });

/**
 * L2 on any store of Keyv 5 or 6: a storage adapter such as `new KeyvRedis(url)`, a `Map`, or a whole `Keyv`.
 *
 * An adapter is used directly, without a Keyv around it, so payloads are encoded once. Failures that `@keyv/redis` would hide as `undefined`
 * are thrown, but only to this cache: the adapter and its settings are not changed.
 *
 * Of a `Keyv` the present namespace, its serialisation, compression and encryption are used. Its hooks do not run, its statistics do not count,
 * its keys are not sanitised by it, and the cache's ttl applies, not that of the Keyv.
 *
 * A connection that is not open when the cache starts is opened, kept and closed by the cache, so `new KeyvRedis(url)` needs nothing more; a
 * connection that you opened stays yours. A `KeyvValkey` connects at once: if it was created from a URL, the cache makes it fail fast and closes it;
 * made otherwise it is yours. So are all other adapters.
 *
 * While the server is away, nothing is queued. A PING every five seconds detects a frozen server. A `socketTimeout` of the client is better left out:
 * it also counts the time during which this process is busy.
 *
 * @throws CacheError `CACHE_OPTION_INVALID`, also if `store` is neither an adapter nor a Keyv, or declares capabilities that are not those of Keyv 5 or 6
 */
export function keyv(store: KeyvLike, settings: KeyvSettings = {}): StoreDriver {
  const { bus, maxRowBytes } = checkKeyvSettings(settings);
  const driver = toDriver(store, maxRowBytes);
  if (driver !== undefined) return bus === undefined ? driver : deriveDriver(driver, { bus });
  throw new CacheError('CACHE_OPTION_INVALID', `keyv(): expected a Keyv or a Keyv storage adapter, got ${kindOf(store)}`);
}

function kindOf(given: unknown): string {
  return given === null ? 'null' : typeof given;
}

/** Settings of the driver, as opposed to those of the adapter. */
export interface KeyvSettings {
  /**
   * Notifies the other processes of keys to drop from L1. You connect and close it.
   * @defaultValue none: L1 entries are read from L2 again after 30 s
   */
  readonly bus?: InvalidationBus;
  /**
   * The longest row of a `Keyv`, or of an adapter without a time to live, in bytes, also after its decompression by gzip, zlib, deflate, Brotli,
   * zstd, LZ4 or Snappy; a block of zstd counts as 128 KiB. A longer one is not decompressed or parsed, and deleted; a longer write is refused. Of another
   * `compression`, decompressed sizes are not known before: its own function has to bound them. To be kept above `maxPayloadBytes`.
   * @unit bytes
   * @defaultValue `8388608` (8 MiB)
   */
  readonly maxRowBytes?: number;
}

interface Checked {
  readonly bus: InvalidationBus | undefined;
  readonly maxRowBytes: number;
}

/** @throws CacheError `CACHE_OPTION_INVALID` */
function checkKeyvSettings(given: KeyvSettings): Checked {
  return parseOptions('keyv()', settings, given);
}
