import type { ClusterNode, ClusterOptions, RedisOptions } from 'ioredis';
import { CacheError } from '../../domain/cache-error';
import type { forcedClusterOptions, forcedOptions } from './fail-fast';
import type { RedisClient } from './redis-client';

/** ioredis' options for a server or sentinels, without those that the driver sets. */
export type RedisServerOptions = Omit<RedisOptions, keyof typeof forcedOptions>;

export interface RedisClusterTarget {
  readonly cluster: readonly ClusterNode[];
  readonly options?: Omit<ClusterOptions, keyof typeof forcedClusterOptions | 'redisOptions'> & {
    readonly redisOptions?: Omit<NonNullable<ClusterOptions['redisOptions']>, keyof typeof forcedOptions>;
  };
}

/** `redis://`, `rediss://` (TLS), the path of a socket or `host:port`; ioredis' options; a cluster's nodes; or a client of yours. */
export type RedisTarget = string | RedisServerOptions | RedisClusterTarget | RedisClient;

const ownScheme = /^rediss?:\/\//;
/** ioredis takes any other scheme for a host. In capitals, or with a slash too few, it even connects without TLS. */
const anyScheme = /^([^/?]*:\/\/|rediss?:\D)/i;

/** @throws CacheError `CACHE_OPTION_INVALID`, without the URL, which may hold a password */
export function checkTarget(target: unknown): asserts target is RedisTarget {
  const problem = typeof target === 'string' ? urlProblem(target) : objectProblem(target);
  if (problem === undefined) return;
  const expected = 'a redis:// or rediss:// URL, options of ioredis, { cluster: [...nodes] } or a client of ioredis';
  throw new CacheError('CACHE_OPTION_INVALID', `redis(): expected ${expected}, got ${problem}`);
}

export function isClient(target: object | string): target is RedisClient {
  return typeof target === 'object' && 'status' in target && 'connect' in target && typeof target.connect === 'function';
}

export function isClusterTarget(target: object): target is RedisClusterTarget {
  return 'cluster' in target;
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'an empty string';
  return anyScheme.test(url) && !ownScheme.test(url) ? 'another scheme' : undefined;
}

/** ioredis takes any object for options, and connects to localhost. */
function objectProblem(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null) return target === null ? 'null' : typeof target;
  if (isClient(target)) return undefined;
  if (Array.isArray(target)) return 'an array';
  if (!isPlain(target)) return 'an instance of another class';
  return isClusterTarget(target) && !Array.isArray(target.cluster) ? 'no list of nodes' : undefined;
}

function isPlain(target: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(target);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
