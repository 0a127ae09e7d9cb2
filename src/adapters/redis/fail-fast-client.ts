import type * as Ioredis from 'ioredis';
import { CacheError } from '../../domain/cache-error';
import type { Clock } from '../../ports/clock';
import { failureReason } from '../resp/failure';
import { warnAboutTlsOptions } from '../resp/connection-options';
import { failFastClusterOptions, failFastOptions, forcedClusterOptions, forcedOptions } from './fail-fast';
import { superviseClient } from './client-lifetime';
import type { RedisClient } from './redis-client';
import { isClusterTarget, type RedisClusterTarget, type RedisServerOptions } from './redis-target';

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
