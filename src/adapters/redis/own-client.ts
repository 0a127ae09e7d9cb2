import type * as Ioredis from 'ioredis';
import { CacheError } from '../../domain/cache-error';
import type { Clock } from '../../ports/clock';
import { failureReason } from '../resp/failure';
import { warnAboutTrust } from '../resp/warn-about-trust';
import { failFastClusterOptions, failFastOptions, forcedClusterOptions, forcedOptions } from './fail-fast';
import { guardClient } from './guard-client';
import type { RedisClient } from './redis-client';
import { isClusterTarget, type RedisClusterTarget, type RedisServerOptions } from './redis-target';

export type IoredisModule = Pick<typeof Ioredis, 'Redis' | 'Cluster'>;
export type OwnTarget = string | RedisServerOptions | RedisClusterTarget;

/**
 * Makes a client that fails fast, and does not connect it yet.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function ownClient(ioredis: IoredisModule, target: OwnTarget, clock: Clock): RedisClient {
  const client = construct(ioredis, target, clock);
  guardClient(client);
  return client;
}

function construct(ioredis: IoredisModule, target: OwnTarget, clock: Clock): RedisClient {
  try {
    if (typeof target === 'string') return new ioredis.Redis(target, failFast(queryOf(target), clock));
    if (isClusterTarget(target)) return cluster(ioredis, target, clock);
    return new ioredis.Redis(failFast(target, clock));
  } catch (error) {
    if (error instanceof CacheError) throw error;
    // Not kept as the cause: what is said about a URL repeats it, with its password.
    throw new CacheError('CACHE_OPTION_INVALID', `redis(): expected what ioredis can connect to, got ${failureReason(error)}`);
  }
}

function cluster(ioredis: IoredisModule, { cluster: nodes, options = {} }: RedisClusterTarget, clock: Clock): RedisClient {
  const redisOptions = failFast(options.redisOptions ?? {}, clock);
  return new ioredis.Cluster([...nodes], { ...settle(failFastClusterOptions, options, forcedClusterOptions), redisOptions });
}

function failFast(given: RedisServerOptions, clock: Clock): Ioredis.RedisOptions {
  warnAboutTrust('redis()', given);
  return settle(failFastOptions(clock), given, forcedOptions);
}

type Options = Readonly<Record<string, unknown>>;

function settle<D extends object, G extends object, F extends Options>(defaults: D, given: G, forced: F): D & G & F {
  const wrong = Object.entries(given).filter(([name, value]) => name in forced && value !== undefined && value !== forced[name]);
  if (wrong.length === 0) return { ...defaults, ...given, ...forced };
  const lines = wrong.map(([name]) => `${name}: expected ${String(forced[name])}, which is what the driver sets, or nothing`);
  throw new CacheError('CACHE_OPTION_INVALID', `redis(): ${lines.join('; ')}`);
}

/** What ioredis takes from a URL besides the server. */
function queryOf(url: string): RedisServerOptions {
  return Object.fromEntries(new URLSearchParams(url.split('?')[1]));
}
