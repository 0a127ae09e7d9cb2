import type { Clock } from '../../ports/clock';
import { clusterSlot, ClusterStore } from '../resp/cluster-store';

import { replyCode } from '../resp/failure';
import { RedisStore } from '../resp/redis-store';
import { infoOf } from '../resp/server-identity';
import { SlotOwners, type SlotRange } from '../resp/slot-owners';
import { assertReady, type NodeRedisClient, type NodeRedisConnectable } from './node-redis-client';
import { NodeRedisCommands, plainOptions, type NodeRedisServers } from './node-redis-commands';

/** The part of a cluster of node-redis that is used. */
export interface NodeRedisCluster extends NodeRedisConnectable {
  readonly masters: readonly NodeRedisMaster[];
  readonly slots: readonly ({ readonly master: NodeRedisMaster } | undefined)[];
  /** Connects to the master, if the client has not done so. */
  nodeClient(master: NodeRedisMaster): Promise<NodeRedisClient>;
  /** Without a key it is sent to any node. */
  sendCommand(key: string | undefined, isReadonly: boolean, args: string[], options?: object): Promise<unknown>;
}

/** A master of a cluster, with its connection if there is one. */
interface NodeRedisMaster {
  readonly client?: NodeRedisClient | undefined;
}

export function isNodeRedisCluster(client: object): client is NodeRedisCluster {
  return 'slots' in client;
}

/** Destroys the clients of a cluster that was destroyed while it learned of its nodes: node-redis forgets them, and they would connect for ever. */
export function destroyNodes({ masters }: NodeRedisCluster): void {
  for (const { client } of masters) if (client?.isOpen === true) client.destroy();
}

/** @param prefix - of the keys that the user may name */
export function clusterServers(cluster: NodeRedisCluster, name: string, prefix: string, clock: Clock): NodeRedisServers {
  const owners = slotOwners(cluster, prefix, clock);
  const commands = new ClusterCommands(cluster);
  const whenReady = (): NodeRedisCommands => {
    assertReady(cluster);
    return commands;
  };
  const masters = async (): Promise<NodeRedisCommands[]> => {
    const nodes = await owners.masters();
    return Promise.all(nodes.map(async (master) => NodeRedisCommands.of(await readyNode(cluster, master))));
  };
  return {
    isSingle: false,
    store: new ClusterStore({ name, keyPrefix: '', whenReady, masters, store: new RedisStore({ name, keyPrefix: '', whenReady }) }),
    ask: () => owners.ask(),
    // Always the same node: messages that are published on different nodes overtake each other, which a receiver takes for a loss.
    publisher: () => NodeRedisCommands.of(readyClients(cluster)[0] ?? notReady()),
    // Any node: each receives all messages.
    listener: () => anyOf(readyClients(cluster)),
  };
}

/** A slot that is being moved answers `TRYAGAIN` to a command whose keys are in two places: its keys are sent one by one. */
class ClusterCommands extends NodeRedisCommands {
  constructor(cluster: NodeRedisCluster) {
    super(async (args, key) => {
      if (key !== undefined) assertOwnerReady(cluster, key);
      return cluster.sendCommand(key, false, args, plainOptions);
    });
  }

  override async mget(keys: readonly string[]): Promise<(string | null)[]> {
    return oneByOne(
      keys,
      () => super.mget(keys),
      (key) => super.get(key),
    );
  }

  override async unlink(keys: readonly string[]): Promise<unknown> {
    return oneByOne<unknown, unknown>(
      keys,
      () => super.unlink(keys),
      (key) => super.unlink([key]),
    );
  }
}

async function oneByOne<All, One>(
  keys: readonly string[],
  all: () => Promise<All>,
  one: (key: string) => Promise<One>,
): Promise<All | One[]> {
  try {
    return await all();
  } catch (error) {
    if (replyCode(error) !== 'TRYAGAIN') throw error;
    return Promise.all(keys.map(one));
  }
}

/** A client of a node that is not ready would queue the command, and send it minutes later. One that is not connected yet is connected by the command. */
function assertOwnerReady(cluster: NodeRedisCluster, key: string): void {
  const client = cluster.slots[clusterSlot(key)]?.master.client;
  if (client?.isReady === false) notReady();
}

function notReady(): never {
  throw new Error('the client of a node is not ready');
}

function readyClients({ masters }: NodeRedisCluster): NodeRedisClient[] {
  return masters.flatMap(({ client }) => (client?.isReady === true ? [client] : []));
}

function anyOf<T>(all: readonly T[]): T | undefined {
  return all[Math.floor(Math.random() * all.length)];
}

function slotOwners(cluster: NodeRedisCluster, prefix: string, clock: Clock): SlotOwners<NodeRedisMaster> {
  return new SlotOwners<NodeRedisMaster>(
    {
      connected: () => cluster.masters.filter(({ client }) => client?.isReady === true),
      slots: async (master) => (await readyNode(cluster, master)).sendCommand(['CLUSTER', 'SLOTS']),
      info: async (master) => infoOf(NodeRedisCommands.of(await readyNode(cluster, master))),
      nodeOf: (slot) => cluster.slots[slot]?.master,
      refresh: (slots) => provokeRedirection(cluster, prefix, slots),
    },
    clock,
  );
}

async function readyNode(cluster: NodeRedisCluster, master: NodeRedisMaster): Promise<NodeRedisClient> {
  const node = await cluster.nodeClient(master);
  return node.isReady ? node : notReady();
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
