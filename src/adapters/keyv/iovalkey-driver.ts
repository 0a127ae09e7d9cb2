import type { StoreDriver } from '../../ports/driver';
import { defaultProbeSettings } from '../probe/probe-settings';
import { RedisDriver, type RedisDriverParts } from '../redis/redis-driver';
import { overStore } from './over-store';
import { PrefixedStore } from './prefixed-store';
import { tighten } from './tighten';

export interface IovalkeyParts extends Pick<RedisDriverParts, 'client' | 'owner' | 'name' | 'channel' | 'clock'> {
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
  const driver = new RedisDriver({ ...parts, pingIntervalMs: defaultProbeSettings.pingIntervalMs });
  return overStore(driver, new PrefixedStore(driver.store, keyPrefix), keyPrefix);
}
