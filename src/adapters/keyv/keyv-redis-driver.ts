import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { keyPrefixOf } from '../node-redis/node-redis-client';
import { NodeRedisDriver } from '../node-redis/node-redis-driver';
import { serversOf } from '../node-redis/node-redis-servers';
import { defaultProbeSettings } from '../probe/probe-settings';
import { prefixedDriver } from '../store/prefixed-store';
import type { KeyvRedisLike } from './adapter/storage-adapter';

const name = 'keyv';

/**
 * L2 on `@keyv/redis`: its client (one server, sentinels or a cluster) and its key names, but not its commands. Those answer `undefined` for a failure, send
 * batches as transactions, which a server with full memory refuses, and send the batches of a cluster to nodes that have lost their slots.
 */
export function keyvRedisDriver(adapter: KeyvRedisLike, clock: Clock): StoreDriver {
  const { client } = adapter;
  const prefix = String(keyPrefixOf(client)) + adapter.createKeyPrefix('', adapter.namespace);
  const servers = serversOf(client, name, prefix, clock);
  const { pingIntervalMs } = defaultProbeSettings;
  const driver = new NodeRedisDriver({ ...servers, name, client, keyPrefix: '', pingIntervalMs, clock });
  return prefix === '' ? driver : prefixedDriver(driver, prefix);
}
