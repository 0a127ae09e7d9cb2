import { check, optional, shape, parseOptions } from '../../domain/options/option-checks';
import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { PubSubBus, type PubSubBusParts } from '../bus/pub-sub-bus';
import { type RedisSettings, type ServerSettings, serverFields } from '../redis/redis-settings';
import { retryDelayMs } from '../resp/connection-options';
import { failureReason } from '../resp/failure';
import { prefixedDriver } from '../store/prefixed-store';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import { keyPrefixOf, type NodeRedisClient } from './node-redis-client';
import type { NodeRedisCluster } from './node-redis-cluster';
import type { NodeRedisServers } from './node-redis-commands';
import { NodeRedisDriver } from './node-redis-driver';
import { serversOf } from './node-redis-servers';
import { NodeRedisSubscriber } from './node-redis-subscriber';
import { checkTarget, type NodeRedisTarget, refusedTarget } from './node-redis-target';

/** Settings of the driver, as opposed to those of node-redis. */
export interface NodeRedisSettings extends Omit<RedisSettings, 'name'> {
  /**
   * The name of this driver in logs, errors and `health()`.
   * @defaultValue `'node-redis'`
   */
  readonly name?: string;
  /**
   * Written before every key on the server. A `keyPrefix` of your client (node-redis 6) comes before it.
   * @defaultValue none
   */
  readonly keyPrefix?: string;
}

export interface CheckedNodeRedisSettings {
  readonly name: string;
  readonly pingIntervalMs: number;
  /** The pub/sub channel; without it there is no bus. */
  readonly channel: string | undefined;
  readonly keyPrefix: string;
}

const settings = shape<ServerSettings & { keyPrefix: string }>({
  ...serverFields('node-redis'),
  keyPrefix: optional(
    check('a string', (given) => (typeof given === 'string' ? given : undefined)),
    '',
  ),
});

/** @throws CacheError `CACHE_OPTION_INVALID` */
function checkNodeRedisSettings(given: NodeRedisSettings): CheckedNodeRedisSettings {
  const { name, pingInterval, bus, channel, keyPrefix } = parseOptions('nodeRedis()', settings, given);
  return { name, pingIntervalMs: pingInterval, channel: bus ? channel : undefined, keyPrefix };
}

/** The part of the package `redis` that is used. */
export interface NodeRedisModule {
  readonly createClient: (options: object) => unknown;
}

/**
 * L2 on one Redis or Valkey server, or on a cluster, through node-redis (the package `redis`, 5.10 and later, or 6).
 *
 * The connection of a URL fails fast: no command is queued while it is lost, and one that answers no PING for 3 s is replaced. For other
 * options, or a credentials provider, pass a client: `nodeRedis(createClient({ …, disableOfflineQueue: true }))`. A cluster takes these options in
 * `defaults`: `nodeRedis(createCluster({ rootNodes, defaults: { disableOfflineQueue: true } }))`.
 *
 * A client that is not connected when the cache starts is connected, kept connected and closed by the cache. One that you connected stays
 * yours: it is used while it is ready, and never changed or closed.
 *
 * Over pub/sub, processes notify each other of changed keys, which each drops from its L1 (`bus`, `channel`). To listen, the driver opens a
 * second connection with `duplicate()` and closes it with the cache.
 *
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` for a URL when `redis` is not installed
 */
export function nodeRedis(target: NodeRedisTarget, settings: NodeRedisSettings = {}): StoreDriver {
  checkTarget(target);
  const checked = checkNodeRedisSettings(settings);
  const clock = new SystemClock();
  return nodeRedisDriver(typeof target === 'string' ? createFailFastClient(loadNodeRedis(), target) : target, checked, clock);
}

/** The driver on a client or a cluster, with the prefix of the client before that of the settings. */
export function nodeRedisDriver(client: NodeRedisClient | NodeRedisCluster, settings: CheckedNodeRedisSettings, clock: Clock): StoreDriver {
  const { name, channel, pingIntervalMs } = settings;
  const prefix = String(keyPrefixOf(client)) + settings.keyPrefix;
  const servers = serversOf(client, name, prefix, clock);
  const bus = channel === undefined ? undefined : nodeRedisBus(servers, channel, { name, pingIntervalMs, clock });
  const driver = new NodeRedisDriver({ ...servers, name, client, keyPrefix: '', bus, pingIntervalMs, clock });
  return prefix === '' ? driver : prefixedDriver(driver, prefix);
}

function nodeRedisBus(
  { publisher, listener }: NodeRedisServers,
  channel: string,
  parts: Omit<PubSubBusParts, 'publish' | 'connect'>,
): PubSubBus {
  return new PubSubBus({
    ...parts,
    publish: async (text) => publisher().publish(channel, text),
    connect: (events) => {
      const client = listener();
      return client && new NodeRedisSubscriber({ client, channel, events, clock: parts.clock });
    },
  });
}

/** A client that fails fast. It is not connected yet. */
export function createFailFastClient({ createClient }: NodeRedisModule, url: string): NodeRedisClient {
  try {
    return createClient({
      url,
      disableOfflineQueue: true,
      socket: { connectTimeout: 2_000, reconnectStrategy: (retries: number) => retryDelayMs(retries + 1) },
    }) as NodeRedisClient;
  } catch (error) {
    // Not kept as the cause: an error about a URL contains it, with its password.
    throw refusedTarget(failureReason(error));
  }
}

function loadNodeRedis(): NodeRedisModule {
  return requirePeer('redis', 'nodeRedis()', () => require('redis') as NodeRedisModule);
}
