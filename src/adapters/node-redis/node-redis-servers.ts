import type { Clock } from '../../ports/clock';
import { RedisStore } from '../resp/redis-store';
import { infoOf } from '../resp/server-identity';
import { assertReady, hasManyConnections, type NodeRedisClient, type NodeRedisConnectable } from './node-redis-client';
import { clusterServers, isNodeRedisCluster } from './node-redis-cluster';
import { NodeRedisCommands, plainOptions, type NodeRedisServers } from './node-redis-commands';

/** A client of one server, with the same methods for sentinels, except for their `sendCommand`. */
type NodeRedisSentinel = NodeRedisConnectable & {
  sendCommand(isReadonly: boolean, args: readonly string[], options?: object): Promise<unknown>;
};

/** @param prefix - of the keys that the user may name */
export function serversOf(client: NodeRedisConnectable, name: string, prefix: string, clock: Clock): NodeRedisServers {
  if (isNodeRedisCluster(client)) return clusterServers(client, name, prefix, clock);
  return hasManyConnections(client) ? manyConnections(client, name) : oneServer(client as NodeRedisClient, name);
}

function oneServer(client: NodeRedisClient, name: string): NodeRedisServers {
  const commands = NodeRedisCommands.of(client);
  const whenReady = readiness(client, commands);
  const store = new RedisStore({ name, keyPrefix: '', whenReady });
  return {
    isSingle: true,
    store,
    ask: async () => [await commands.info('replication')],
    ping: () => commands.ping(),
    traffic: () => store.answers,
    publisher: whenReady,
    listener: () => client,
  };
}

/** Sentinels or a pool. */
function manyConnections(client: NodeRedisConnectable, name: string): NodeRedisServers {
  const commands = isSentinel(client)
    ? new NodeRedisCommands((args) => client.sendCommand(false, args, plainOptions))
    : NodeRedisCommands.of(client as NodeRedisClient);
  const whenReady = readiness(client, commands);
  return {
    isSingle: false,
    store: new RedisStore({ name, keyPrefix: '', whenReady }),
    ask: async () => [await infoOf(commands)],
    publisher: whenReady,
    listener: () => undefined,
  };
}

function isSentinel(client: object): client is NodeRedisSentinel {
  return 'acquire' in client;
}

function readiness(client: NodeRedisConnectable, commands: NodeRedisCommands): () => NodeRedisCommands {
  return () => {
    assertReady(client);
    return commands;
  };
}
