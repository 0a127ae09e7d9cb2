import { CacheError } from '../../domain/cache-error';
import { urlProblem } from '../resp/server-url';
import { hasManyConnections, keyPrefixOf, type NodeRedisClient } from './node-redis-client';

/** `redis://` or `rediss://` (TLS), or a client from `createClient()`. */
export type NodeRedisTarget = string | NodeRedisClient;

const methods = ['connect', 'destroy', 'on', 'off', 'sendCommand', 'subscribe', 'duplicate'] as const;

/** @throws CacheError `CACHE_OPTION_INVALID`, without the URL, which may hold a password */
export function checkTarget(target: unknown): asserts target is NodeRedisTarget {
  const problem = typeof target === 'string' ? addressProblem(target) : objectProblem(target);
  if (problem !== undefined) throw refusedTarget(problem);
}

export function refusedTarget(got: string): CacheError {
  const expected = "a redis:// or rediss:// URL, or a client from node-redis' createClient()";
  return new CacheError('CACHE_OPTION_INVALID', `nodeRedis(): expected ${expected}, got ${got}`);
}

function addressProblem(url: string): string | undefined {
  if (!/^rediss?:\/\//.test(url)) return 'a string without one of these schemes';
  return (
    urlProblem(url) ?? (new URL(url).search === '' ? undefined : 'a URL with ?, which node-redis ignores; options go to createClient()')
  );
}

function objectProblem(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null) return target === null ? 'null' : typeof target;
  if (hasManyConnections(target)) return 'a cluster, sentinels or a pool; use keyv(new KeyvRedis(…)) with it, or redis() with ioredis';
  if (methods.some((name) => typeof Reflect.get(target, name) !== 'function')) return 'another object; options go to createClient()';
  return typeof keyPrefixOf(target as NodeRedisClient) === 'string'
    ? undefined
    : 'a client with a keyPrefix of bytes; it has to be a string';
}
