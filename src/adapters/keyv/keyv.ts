import { CacheError } from '../../domain/errors/cache-error';
import type { StoreDriver } from '../../ports/driver';
import type { KeyvLike } from './keyv-source';
import { toDriver } from './to-driver';

/**
 * Layer 2 on anything that Keyv can store in: a storage adapter such as `new KeyvRedis(url)`, a `Map`, or a whole `Keyv`.
 *
 * An adapter is used directly, without a Keyv around it, so payloads are encoded once. What was passed stays as it is: errors that
 * `@keyv/redis` would hide are thrown to us alone.
 *
 * Of a `Keyv` its namespace, `serialize`, `deserialize` and `compression` are used, as they are at this moment. Its hooks do not run, its
 * statistics do not count and its own ttl does not apply: the cache's does.
 *
 * A connection that is not yet open when the cache starts is opened, kept and closed by the cache: `new KeyvRedis(url)` needs nothing more.
 * One that you have opened is never closed or reconnected. `@keyv/valkey` connects at once; it is closed when it was made from a URL.
 * Other adapters are yours to disconnect.
 *
 * While it is away, nothing is queued. `@keyv/redis` notices a frozen server, and gives its commands up, soonest with
 * `{ url, disableOfflineQueue: true, pingInterval: 300, socket: { connectTimeout: 500, socketTimeout: 800, reconnectStrategy } }`.
 *
 * @throws CacheError `CACHE_OPTION_INVALID` for what is neither
 */
export function keyv(store: KeyvLike): StoreDriver {
  const driver = toDriver(store);
  if (driver !== undefined) return driver;
  throw new CacheError('CACHE_OPTION_INVALID', `keyv(): expected a Keyv or a Keyv storage adapter, got ${kindOf(store)}`);
}

function kindOf(given: unknown): string {
  return given === null ? 'null' : typeof given;
}
