import type { Clock } from '../../ports/clock';
import { infoOf } from '../resp/server-identity';
import { SlotOwners } from '../resp/slot-owners';
import type { RedisClient, RedisClusterClient } from './redis-client';

/** The masters of a cluster of ioredis. Its own list lacks those that are lost. */
export function clusterOwners(client: RedisClusterClient, clock: Clock): SlotOwners<RedisClient> {
  return new SlotOwners<RedisClient>(
    {
      connected: () => client.nodes('master').filter(({ status }) => status === 'ready'),
      slots: (node) => node.cluster('SLOTS'),
      info: infoOf,
      nodeOf: (slot) => {
        const address = client.slots[slot]?.[0];
        return client.nodes('master').find(({ options: { host, port } }) => `${String(host)}:${String(port)}` === address);
      },
      refresh: () => client.refreshSlotsCache(() => undefined),
    },
    clock,
  );
}
