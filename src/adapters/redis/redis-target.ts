import type { ClusterNode, ClusterOptions, RedisOptions } from 'ioredis';
import { CacheError } from '../../domain/cache-error';
import type { forcedClusterOptions, forcedOptions } from './fail-fast';
import { urlProblem } from '../resp/connection-options';
import type { RedisClient } from './redis-client';

/** ioredis' options for a server or sentinels, without those that the driver sets. */
export type RedisServerOptions = Omit<RedisOptions, keyof typeof forcedOptions>;

export interface RedisClusterTarget {
  readonly cluster: readonly ClusterNode[];
  readonly options?: Omit<ClusterOptions, keyof typeof forcedClusterOptions | 'redisOptions'> & {
    readonly redisOptions?: Omit<NonNullable<ClusterOptions['redisOptions']>, keyof typeof forcedOptions>;
  };
}

/** `redis://`, `rediss://` (TLS), the path of a socket or `host:port`; ioredis' options; a cluster's nodes; or your own client. */
export type RedisTarget = string | RedisServerOptions | RedisClusterTarget | RedisClient;

const ownScheme = /^rediss?:\/\//;
/** ioredis takes any other scheme for a host. In capitals, or with a slash too few, it even connects without TLS. */
const anyScheme = /^([^/?]*:\/\/|rediss?:\D)/i;

/** @throws CacheError `CACHE_OPTION_INVALID`, without the URL, which may hold a password */
export function checkTarget(target: unknown): asserts target is RedisTarget {
  const problem = typeof target === 'string' ? addressProblem(target) : objectProblem(target);
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

/** A URL, `host:port`, or the path of a socket. */
function addressProblem(address: string): string | undefined {
  if (address === '') return 'an empty string';
  if (ownScheme.test(address)) return urlProblem(address);
  if (anyScheme.test(address) || address.startsWith('//')) return 'another scheme';
  return address.startsWith('/') ? undefined : urlProblem(`redis://${address}`);
}

/** ioredis takes any object for options, and connects to localhost. */
function objectProblem(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null) return target === null ? 'null' : typeof target;
  if (isClient(target)) return undefined;
  if (Array.isArray(target)) return 'an array';
  if (!isPlain(target)) return 'an instance of another class';
  if ('url' in target) return 'an option "url": pass the URL itself';
  return isClusterTarget(target) ? clusterProblem(target.cluster) : sentinelProblem(target);
}

function clusterProblem(nodes: unknown): string | undefined {
  if (!Array.isArray(nodes)) return 'no list of nodes';
  const problem = nodes.map((node: unknown) => (typeof node === 'string' ? addressProblem(node) : undefined)).find(isText);
  return problem && `a node that is ${problem}`;
}

function sentinelProblem({ sentinels }: { readonly sentinels?: unknown }): string | undefined {
  return Array.isArray(sentinels) && sentinels.some(isText) ? 'a sentinel that is a string: { host, port } is expected' : undefined;
}

function isText(given: unknown): given is string {
  return typeof given === 'string';
}

function isPlain(target: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(target);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
