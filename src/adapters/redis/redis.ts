import type * as Ioredis from 'ioredis';
import { CacheError } from '../../domain/cache-error';
import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { warnAboutTlsOptions } from '../resp/connection-options';
import { failureReason } from '../resp/failure';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import { superviseClient } from './client-lifetime';
import { failFastClusterOptions, forcedClusterOptions, failFastOptions, forcedOptions } from './fail-fast';
import type { RedisClient } from './redis-client';
import { RedisDriver } from './redis-driver';
import { checkRedisSettings, type RedisSettings } from './redis-settings';
import { checkTarget, isClient, type RedisTarget, type RedisClusterTarget, type RedisServerOptions, isClusterTarget } from './redis-target';

/**
 * L2 on Redis or Valkey through ioredis (5.4.1 and later, or 6): one server, sentinels, or a cluster.
 *
 * Connections that it opens fail fast: no command is queued, resent or retried. All other options of ioredis are accepted. `socketTimeout` (1.5 s)
 * drops a connection that does not answer; keep it above `deadlines.write`.
 *
 * Your own client is used unchanged, connected if it is not yet, and never closed. While it is not ready, no command is given to it, so its offline
 * queue stays empty. With `autoResendUnfulfilledCommands`, the default of ioredis, such a client sends a write twice if the connection breaks while
 * the write is in flight. Commands that you give it after a write of the cache, in the same turn of the event loop, leave when the turn ends. With
 * `scaleReads` of a cluster, a replica may return a deleted value.
 *
 * Over pub/sub, processes notify each other of keys to drop from L1 (`bus`, `channel`). The driver opens a second connection to listen, with
 * `duplicate()` for your own client, and closes it with the cache.
 *
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` when ioredis is not installed
 */
export function redis(target: RedisTarget, settings: RedisSettings = {}): StoreDriver {
  checkTarget(target);
  const clock = new SystemClock();
  const parts = { ...checkRedisSettings(settings), clock };
  return isClient(target)
    ? new RedisDriver({ ...parts, client: target, owner: 'user' })
    : new RedisDriver({ ...parts, client: createFailFastClient(loadIoredis(), target, clock), owner: 'driver' });
}

function loadIoredis(): IoredisModule {
  return requirePeer('ioredis', 'redis()', () => require('ioredis') as IoredisModule);
}

export type IoredisModule = Pick<typeof Ioredis, 'Redis' | 'Cluster'>;

export type OwnTarget = string | RedisServerOptions | RedisClusterTarget;

/**
 * A client that fails fast. It is not connected yet.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function createFailFastClient(ioredis: IoredisModule, target: OwnTarget, clock: Clock): RedisClient {
  const client = construct(ioredis, target, clock);
  superviseClient(client, clock);
  return client;
}

function construct(ioredis: IoredisModule, target: OwnTarget, clock: Clock): RedisClient {
  try {
    if (typeof target === 'string') return new ioredis.Redis(target, failFast(queryOf(target), clock));
    if (isClusterTarget(target)) return cluster(ioredis, target, clock);
    return new ioredis.Redis(failFast(target, clock));
  } catch (error) {
    if (error instanceof CacheError) throw error;
    // Not kept as the cause: an error about a URL contains it, with its password.
    throw new CacheError('CACHE_OPTION_INVALID', `redis(): expected an address for ioredis, got ${failureReason(error)}`);
  }
}

function cluster(ioredis: IoredisModule, { cluster: nodes, options = {} }: RedisClusterTarget, clock: Clock): RedisClient {
  const redisOptions = failFast(options.redisOptions ?? {}, clock);
  return new ioredis.Cluster([...nodes], { ...mergeOptions(failFastClusterOptions, options, forcedClusterOptions), redisOptions });
}

function failFast(given: RedisServerOptions, clock: Clock): Ioredis.RedisOptions {
  warnAboutTlsOptions('redis()', given);
  return mergeOptions(failFastOptions(clock), given, forcedOptions);
}

type Options = Readonly<Record<string, unknown>>;

function mergeOptions<D extends object, G extends object, F extends Options>(defaults: D, given: G, forced: F): D & G & F {
  const wrong = Object.entries(given).filter(([name, value]) => name in forced && value !== undefined && value !== forced[name]);
  if (wrong.length === 0) return { ...defaults, ...given, ...forced };
  const lines = wrong.map(([name]) => `${name}: expected ${String(forced[name])}, as the driver sets it, or nothing`);
  throw new CacheError('CACHE_OPTION_INVALID', `redis(): ${lines.join('; ')}`);
}

/** ioredis reads options from the query of a URL. */
function queryOf(url: string): RedisServerOptions {
  return Object.fromEntries(new URLSearchParams(url.split('?')[1]));
}
