import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { assertReady, hasManyConnections } from '../node-redis/node-redis-client';
import { NodeRedisDriver } from '../node-redis/node-redis-driver';
import { defaultProbeSettings } from '../probe/probe-settings';
import { scanKeys } from '../resp/scan';
import { AdapterStore } from './adapter/adapter-store';
import type { KeyvRedisLike } from './adapter/storage-adapter';

/** L2 on `@keyv/redis`: the adapter's own commands, on one server, sentinels or a cluster. */
export function keyvRedisDriver(given: KeyvRedisLike, clock: Clock): NodeRedisDriver {
  const adapter = throwingAdapter(given);
  const { client } = adapter;
  return new NodeRedisDriver({
    name: 'keyv',
    client,
    isSingle: !hasManyConnections(client),
    store: new AdapterStore(adapter, {
      assertReady: () => assertReady(client),
      keysFrom: (prefix) => scanMasters(adapter, prefix),
      runScript: (command, script, keys, args) => {
        const options = { keys: keys.map((key) => adapter.createKeyPrefix(key, adapter.namespace)), arguments: [...args] };
        return command === 'EVAL' ? client.eval(script, options) : client.evalSha(script, options);
      },
    }),
    keyPrefix: adapter.createKeyPrefix('', adapter.namespace),
    ping: () => pingMasters(adapter),
    pingIntervalMs: defaultProbeSettings.pingIntervalMs,
    clock,
  });
}

/** The keys with this prefix on every master, without the adapter's namespace, as the adapter's methods take them. */
async function* scanMasters(adapter: KeyvRedisLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  const keyPrefix = adapter.createKeyPrefix('', adapter.namespace);
  for (const node of await adapter.getMasterNodes()) {
    yield* scanKeys({ prefix, keyPrefix, scan: (cursor, MATCH, COUNT) => node.scan(cursor, { MATCH, COUNT }) });
  }
}

async function pingMasters(adapter: KeyvRedisLike): Promise<void> {
  const nodes = await adapter.getMasterNodes();
  if (nodes.length === 0) throw new Error('no master is known');
  await Promise.all(nodes.map((node) => node.ping()));
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
