import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { PubSubBus } from '../bus/pub-sub-bus';
import { failureReason } from '../resp/failure';
import { RedisStore } from '../resp/redis-store';
import { retryDelayMs } from '../resp/retry-delay';
import { prefixedDriver } from '../store/prefixed-store';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import { assertReady, keyPrefixOf, type NodeRedisClient } from './node-redis-client';
import { NodeRedisCommands } from './node-redis-commands';
import { NodeRedisDriver } from './node-redis-driver';
import { type CheckedNodeRedisSettings, checkNodeRedisSettings, type NodeRedisSettings } from './node-redis-settings';
import { NodeRedisSubscriber } from './node-redis-subscriber';
import { checkTarget, type NodeRedisTarget, refusedTarget } from './node-redis-target';

/** The part of the package `redis` that is used. */
export interface NodeRedisModule {
  readonly createClient: (options: object) => unknown;
}

/**
 * L2 on one Redis or Valkey server through node-redis (the package `redis`, 5.10 and later, or 6).
 *
 * The connection of a URL fails fast: no command is queued while it is lost, and one that answers no PING for 3 s is replaced. For other
 * options, or a credentials provider, pass a client: `nodeRedis(createClient({ …, disableOfflineQueue: true }))`.
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

/** The driver on a client, with the prefix of the client before that of the settings. */
export function nodeRedisDriver(client: NodeRedisClient, settings: CheckedNodeRedisSettings, clock: Clock): StoreDriver {
  const { name, channel, pingIntervalMs } = settings;
  const commands = new NodeRedisCommands(client);
  const whenReady = (): NodeRedisCommands => {
    assertReady(client);
    return commands;
  };
  const store = new RedisStore({ name, keyPrefix: '', whenReady });
  const driver = new NodeRedisDriver({
    name,
    client,
    isSingle: true,
    store,
    keyPrefix: '',
    bus:
      channel === undefined
        ? undefined
        : new PubSubBus({
            name,
            publish: async (text) => whenReady().publish(channel, text),
            connect: (events) => new NodeRedisSubscriber({ client, channel, events, clock }),
            pingIntervalMs,
            clock,
          }),
    ask: async () => [await commands.info('replication')],
    ping: () => commands.ping(),
    traffic: () => store.answers,
    pingIntervalMs,
    clock,
  });
  const prefix = String(keyPrefixOf(client)) + settings.keyPrefix;
  return prefix === '' ? driver : prefixedDriver(driver, prefix);
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
