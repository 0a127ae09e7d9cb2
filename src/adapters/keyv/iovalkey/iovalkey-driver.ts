import type { StoreDriver } from '../../../ports/driver';
import { defaultProbeSettings } from '../../probe/probe-settings';
import { type RedisDriverParts, RedisDriver } from '../../redis/redis-driver';
import { prefixedDriver } from '../../store/prefixed-store';
import { guardErrors } from '../adapter/adapter-driver';
import type { KeyvValkeyLike } from '../adapter/storage-adapter';
import { tighten } from './own-valkey';

interface IovalkeyParts extends Pick<RedisDriverParts, 'client' | 'owner' | 'name' | 'channel' | 'clock'> {
  /** What `@keyv/valkey` puts before every key. */
  readonly keyPrefix: string;
}

/**
 * Layer 2 on `@keyv/valkey`: its connection and its names for keys, but not its commands. Those put every write into a transaction with a set
 * of all keys that never expires, refuse deletes when the server's memory is full, and take a delete that never arrived for an absent key.
 * iovalkey is ioredis under another name, so the ioredis driver does the work.
 */
export function iovalkeyDriver({ keyPrefix, ...parts }: IovalkeyParts): StoreDriver {
  if (parts.owner === 'driver') tighten(parts.client, parts.clock);
  return prefixedDriver(new RedisDriver({ ...parts, pingIntervalMs: defaultProbeSettings.pingIntervalMs }), keyPrefix);
}

/**
 * What the driver needs of a `KeyvValkey`. Its connection is the driver's when the adapter made it from a URL, which its options then remember:
 * nobody else holds it.
 */
export function connectionOf(adapter: KeyvValkeyLike): Pick<IovalkeyParts, 'client' | 'owner' | 'keyPrefix'> {
  guardErrors(adapter);
  const client = adapter.redis;
  return { client, owner: 'uri' in client.options ? 'driver' : 'user', keyPrefix: adapter._getKeyName('') };
}
