import type { Clock } from '../../ports/clock';
import { clusterSlot } from '../redis/cluster-store';
import { infoOf } from '../resp/server-identity';
import { SlotOwners, type SlotRange } from '../resp/slot-owners';
import type { NodeRedisCluster, NodeRedisMaster, NodeRedisNode } from './adapter/storage-adapter';

/**
 * The masters of a cluster of node-redis.
 * @param prefix - of the keys that the user may name
 */
export function keyvClusterOwners(cluster: NodeRedisCluster, prefix: string, clock: Clock): SlotOwners<NodeRedisMaster> {
  return new SlotOwners<NodeRedisMaster>(
    {
      connected: () => cluster.masters.filter(({ client }) => client?.isReady === true),
      slots: async (master) => (await readyNode(cluster, master)).sendCommand(['CLUSTER', 'SLOTS']),
      info: async (master) => infoOf(await readyNode(cluster, master)),
      nodeOf: (slot) => cluster.slots[slot]?.master,
      refresh: (slots) => provokeRedirection(cluster, prefix, slots),
    },
    clock,
  );
}

/** The connection to a master. A client that is not ready would queue a command until it is. */
export async function readyNode(cluster: NodeRedisCluster, master: NodeRedisMaster): Promise<NodeRedisNode> {
  const node = await cluster.nodeClient(master);
  if (!node.isReady) throw new Error('the client of a node is not ready');
  return node;
}

/**
 * Sends a read of one of the slots to any node. node-redis learns the owners of slots from a redirection alone, also when it has lost a master: a node that
 * answers names the present owner, and one that does not is another one at the next attempt.
 */
function provokeRedirection(cluster: NodeRedisCluster, prefix: string, { from, to }: SlotRange): void {
  for (let i = 0; i < maxAttempts; i += 1) {
    const key = `${prefix}tiercel~slot:${String(i)}`;
    const slot = clusterSlot(key);
    if (slot < from || slot > to) continue;
    cluster.sendCommand(undefined, true, ['GET', key]).catch(() => undefined); // the next PING shows the outcome
    return;
  }
}

/** For the ranges of slots of most clusters; a smaller one is learned with the first command to it. */
const maxAttempts = 10_000;
