import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { assertReady, hasManyConnections } from '../node-redis/node-redis-client';
import { NodeRedisDriver } from '../node-redis/node-redis-driver';
import { defaultProbeSettings } from '../probe/probe-settings';
import { infoOf } from '../resp/server-identity';
import { scanKeys } from '../resp/scan';
import { AdapterStore } from './adapter/adapter-store';
import type { KeyvRedisLike, NodeRedisCluster, NodeRedisNode } from './adapter/storage-adapter';
import { keyvClusterOwners, readyNode } from './keyv-cluster-owners';

/** L2 on `@keyv/redis`: the adapter's own commands, on one server, sentinels or a cluster. */
export function keyvRedisDriver(given: KeyvRedisLike, clock: Clock): NodeRedisDriver {
  const adapter = throwingAdapter(given);
  const { client } = adapter;
  const servers = serversOf(adapter, clock);
  return new NodeRedisDriver({
    name: 'keyv',
    client,
    isSingle: !hasManyConnections(client),
    store: new AdapterStore(adapter, {
      clock,
      assertReady: () => assertReady(client),
      keysFrom: (prefix) => scanAll(adapter, servers, prefix),
      runScript: (command, script, keys, args) => {
        const options = { keys: keys.map((key) => adapter.createKeyPrefix(key, adapter.namespace)), arguments: [...args] };
        return command === 'EVAL' ? client.eval(script, options) : client.evalSha(script, options);
      },
    }),
    keyPrefix: adapter.createKeyPrefix('', adapter.namespace),
    ask: () => servers.ask(),
    pingIntervalMs: defaultProbeSettings.pingIntervalMs,
    clock,
  });
}

/** The servers that answer reads. */
interface KeyvRedisServers {
  /** Asks each for `INFO replication`; rejects if one does not answer. */
  ask(): Promise<readonly unknown[]>;
  nodes(): Promise<readonly NodeRedisNode[]>;
}

function serversOf(adapter: KeyvRedisLike, clock: Clock): KeyvRedisServers {
  const client: object = adapter.client;
  if (isCluster(client)) {
    const owners = keyvClusterOwners(client, adapter.createKeyPrefix('', adapter.namespace), clock);
    return {
      ask: () => owners.ask(),
      nodes: async () => Promise.all((await owners.masters()).map((master) => readyNode(client, master))),
    };
  }
  const nodes = (): Promise<readonly NodeRedisNode[]> => adapter.getMasterNodes();
  return { nodes, ask: async () => Promise.all((await nodes()).map(infoOf)) };
}

function isCluster(client: object): client is NodeRedisCluster {
  return 'slots' in client;
}

/** The keys with this prefix on every server, without the adapter's namespace, as the adapter's methods take them. */
async function* scanAll(adapter: KeyvRedisLike, servers: KeyvRedisServers, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  const keyPrefix = adapter.createKeyPrefix('', adapter.namespace);
  for (const node of await servers.nodes()) {
    yield* scanKeys({ prefix, keyPrefix, scan: (cursor, MATCH, COUNT) => node.scan(cursor, { MATCH, COUNT }) });
  }
}

/**
 * The same adapter and connection, but failures are thrown, where `@keyv/redis` otherwise answers `undefined`, and the namespace stays the
 * present one. An object with the adapter as its prototype, because the adapter is the user's: its settings are not changed, and later changes
 * do not apply.
 */
function throwingAdapter(adapter: KeyvRedisLike): KeyvRedisLike {
  const throwing = Object.create(adapter) as KeyvRedisLike;
  throwing.throwOnErrors = true;
  throwing.throwOnConnectError = true;
  throwing.namespace = adapter.namespace;
  return throwing;
}
