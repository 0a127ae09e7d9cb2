import type { EventEmitter } from 'node:events';
import type { CacheStore } from './cache-store';

export interface CacheItem<T> {
  key: string;
  value: T;
  /** Milliseconds; 0 means forever. */
  ttl?: number;
}

export interface WrapOptions<T> {
  /** Milliseconds; 0 means forever. */
  ttl?: number | ((value: T) => number);
  /** A value is refreshed in the background when less than this much of its ttl is left, in milliseconds. */
  refreshThreshold?: number | ((value: T) => number);
}

export interface WrapOptionsRaw<T> extends WrapOptions<T> {
  raw: true;
}

/** A value and its expiry, in milliseconds since the Unix epoch; without `expires` it never expires. */
export interface StoredDataRaw<T> {
  value?: T;
  expires?: number | undefined;
}

/** Events of `cache.on`. `store` names the store: `'primary'`, `'secondary:0'`… A failure of L2 emits no `error`: the log and `health()` report it. */
export interface Events {
  /** A `get` found a value. */
  get: <T>(data: { key: string; value?: T; error?: unknown; store?: string }) => void;
  mget: <T>(data: { keys: string[]; values?: (T | undefined)[]; error?: unknown }) => void;
  ttl: <T>(data: { key: string; value?: T; error?: unknown }) => void;
  /** Emitted once for each store, and once without `store` when all of them are written. */
  set: <T>(data: { key: string; value: T; error?: unknown; store?: string }) => void;
  mset: <T>(data: { list: { key: string; value: T; ttl?: number }[]; error?: unknown }) => void;
  del: (data: { key: string; error?: unknown }) => void;
  mdel: (data: { keys: string[]; error?: unknown }) => void;
  clear: (error?: unknown) => void;
  /** A value was refreshed in the background. With an `error` its load failed, and `value` is the old one. */
  refresh: <T>(data: { key: string; value: T; error?: unknown }) => void;
}

type DurationOf<T> = number | ((value: T) => number);

interface Wrap {
  <T>(key: string, load: () => T | Promise<T>, ttl?: DurationOf<T>, refreshThreshold?: DurationOf<T>): Promise<T>;
  <T>(key: string, load: () => T | Promise<T>, options: WrapOptionsRaw<T>): Promise<StoredDataRaw<T>>;
  <T>(key: string, load: () => T | Promise<T>, options: WrapOptions<T>): Promise<T>;
}

/**
 * The cache that `CACHE_MANAGER` injects, with the functions of cache-manager. They need no `this`: `keys.map(cache.del)` works. The class is an
 * injection token too: `constructor(cache: Cache)`.
 */
export abstract class Cache {
  /** The option `stores`, as an array. */
  abstract readonly stores: readonly CacheStore[];

  abstract get: <T>(key: string) => Promise<T | undefined>;
  abstract mget: <T>(keys: string[]) => Promise<(T | undefined)[]>;
  /** Expiry of the entry, in milliseconds since the Unix epoch; `undefined` if it never expires, and if there is no entry. */
  abstract ttl: (key: string) => Promise<number | undefined>;
  /** Resolves with the value. */
  abstract set: <T>(key: string, value: T, ttl?: number) => Promise<T>;
  /** Resolves with the list, each item with the ttl that was used. */
  abstract mset: <T>(list: CacheItem<T>[]) => Promise<CacheItem<T>[]>;
  /** Resolves with `true`. A delete that cannot reach L2 now is repeated once L2 is back. */
  abstract del: (key: string) => Promise<boolean>;
  abstract mdel: (keys: string[]) => Promise<boolean>;
  /**
   * Removes the entries of this cache's namespace, and no others: they are misses at once, and stay in L2, unread, to the end of their ttl. Resolves
   * with `true`; a clear that cannot reach L2 now is repeated once L2 is back.
   */
  abstract clear: () => Promise<boolean>;
  /** The cached value, or the result of `load`. Concurrent calls for one key share one load. */
  abstract wrap: Wrap;
  abstract on: <E extends keyof Events>(event: E, listener: Events[E]) => EventEmitter;
  abstract off: <E extends keyof Events>(event: E, listener: Events[E]) => EventEmitter;
  /** Closes the cache and its stores. */
  abstract disconnect: () => Promise<undefined>;
  abstract cacheId: () => string;
}
