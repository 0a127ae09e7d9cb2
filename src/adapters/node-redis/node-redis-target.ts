import { CacheError } from '../../domain/cache-error';
import { urlProblem } from '../resp/connection-options';
import { hasManyConnections, keyPrefixOf, type NodeRedisClient } from './node-redis-client';
import { isNodeRedisCluster, type NodeRedisCluster } from './node-redis-cluster';

/** `redis://` or `rediss://` (TLS), a client from `createClient()`, or a cluster from `createCluster()`. */
export type NodeRedisTarget = string | NodeRedisClient | NodeRedisCluster;

const methods = ['connect', 'destroy', 'on', 'off', 'sendCommand'] as const;
const methodsOfOneServer = [...methods, 'subscribe', 'duplicate'] as const;
const methodsOfCluster = [...methods, 'nodeClient'] as const;

/** @throws CacheError `CACHE_OPTION_INVALID`, without the URL, which may hold a password */
export function checkTarget(target: unknown): asserts target is NodeRedisTarget {
  const problem = typeof target === 'string' ? addressProblem(target) : objectProblem(target);
  if (problem !== undefined) throw refusedTarget(problem);
}

export function refusedTarget(got: string): CacheError {
  const expected = "a redis:// or rediss:// URL, or a client from node-redis' createClient() or createCluster()";
  return new CacheError('CACHE_OPTION_INVALID', `nodeRedis(): expected ${expected}, got ${got}`);
}

function addressProblem(url: string): string | undefined {
  if (!/^rediss?:\/\//.test(url)) return 'a string without one of these schemes';
  return (
    urlProblem(url) ?? (new URL(url).search === '' ? undefined : 'a URL with ?, which node-redis ignores; options go to createClient()')
  );
}

const sentinels = 'sentinels, which hold commands back during an outage and send them later; use redis() with ioredis';
const pool = 'a pool; one client carries the commands of all callers';

function objectProblem(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null) return target === null ? 'null' : typeof target;
  const isCluster = isNodeRedisCluster(target);
  if (!isCluster && hasManyConnections(target)) return 'acquire' in target ? sentinels : pool;
  const expected = isCluster ? methodsOfCluster : methodsOfOneServer;
  if (expected.some((name) => typeof Reflect.get(target, name) !== 'function')) return 'another object; options go to createClient()';
  return typeof keyPrefixOf(target) === 'string' ? undefined : 'a client with a keyPrefix of bytes; it has to be a string';
}
