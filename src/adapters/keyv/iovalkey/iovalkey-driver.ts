import type { StoreDriver } from '../../../ports/driver';
import { defaultProbeSettings } from '../../probe/probe-settings';
import { type RedisDriverParts, RedisDriver } from '../../redis/redis-driver';
import { prefixedDriver } from '../../store/prefixed-store';
import { ignoreErrorEvents } from '../adapter/adapter-driver';
import type { KeyvValkeyLike } from '../adapter/storage-adapter';
import { makeFailFast } from './fail-fast-valkey';

interface IovalkeyParts extends Pick<RedisDriverParts, 'client' | 'owner' | 'name' | 'channel' | 'clock'> {
  /** The prefix that `@keyv/valkey` puts before every key. */
  readonly keyPrefix: string;
}

/**
 * L2 on `@keyv/valkey`: its connection and its key names, but not its commands. Those put every write into a transaction with a set of all
 * keys that never expires, refuse deletes when the server's memory is full, and answer the same for a failed delete and for an absent key.
 * iovalkey is a fork of ioredis with the same methods, so the ioredis driver does the work.
 */
export function iovalkeyDriver({ keyPrefix, ...parts }: IovalkeyParts): StoreDriver {
  if (parts.owner === 'driver') makeFailFast(parts.client, parts.clock);
  return prefixedDriver(new RedisDriver({ ...parts, pingIntervalMs: defaultProbeSettings.pingIntervalMs }), keyPrefix);
}

/**
 * The connection and the key prefix of a `KeyvValkey`. A client that the adapter made from a URL has the URL in its options: no other code
 * uses it, so the driver owns it.
 */
export function connectionOf(adapter: KeyvValkeyLike): Pick<IovalkeyParts, 'client' | 'owner' | 'keyPrefix'> {
  ignoreErrorEvents(adapter);
  const client = adapter.redis;
  return { client, owner: 'uri' in client.options ? 'driver' : 'user', keyPrefix: adapter._getKeyName('') };
}
