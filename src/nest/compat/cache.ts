import type { EventEmitter } from 'node:events';
import type { Events } from './cache-manager-events';
import type { CacheStore } from './cache-store';

export interface CacheItem<T> {
  key: string;
  value: T;
  /** Milliseconds; 0 for ever. */
  ttl?: number;
}

export interface WrapOptions<T> {
  /** Milliseconds; 0 for ever. */
  ttl?: number | ((value: T) => number);
  /** Milliseconds before the end from which on a value is loaded behind. */
  refreshThreshold?: number | ((value: T) => number);
}

export interface WrapOptionsRaw<T> extends WrapOptions<T> {
  raw: true;
}

/** A value and its end, in milliseconds since the Unix epoch; without an end it stays. */
export interface StoredDataRaw<T> {
  value?: T;
  expires?: number | undefined;
}

type Length<T> = number | ((value: T) => number);

interface Wrap {
  <T>(key: string, load: () => T | Promise<T>, ttl?: Length<T>, refreshThreshold?: Length<T>): Promise<T>;
  <T>(key: string, load: () => T | Promise<T>, options: WrapOptionsRaw<T>): Promise<StoredDataRaw<T>>;
  <T>(key: string, load: () => T | Promise<T>, options: WrapOptions<T>): Promise<T>;
}

/**
 * The cache behind `CACHE_MANAGER`, with the functions of cache-manager, which need no `this`: `keys.map(cache.del)` works. The class itself is
 * a token too: `constructor(cache: Cache)`.
 */
export abstract class Cache {
  /** The stores of the options, as they were given. */
  abstract readonly stores: readonly CacheStore[];

  abstract get: <T>(key: string) => Promise<T | undefined>;
  abstract mget: <T>(keys: string[]) => Promise<(T | undefined)[]>;
  /** When the entry ends, in milliseconds since the Unix epoch; `undefined` when it does not, and when there is none. */
  abstract ttl: (key: string) => Promise<number | undefined>;
  /** Answers the value. */
  abstract set: <T>(key: string, value: T, ttl?: number) => Promise<T>;
  /** Answers the list, with the ttl that holds for each item. */
  abstract mset: <T>(list: CacheItem<T>[]) => Promise<CacheItem<T>[]>;
  /** Answers `true`. What the other store does not take now is deleted there once it is back. */
  abstract del: (key: string) => Promise<boolean>;
  abstract mdel: (keys: string[]) => Promise<boolean>;
  /** Empties the namespace, and nothing else. */
  abstract clear: () => Promise<boolean>;
  /** The cached value, or what `load` brings. However many ask at once, it runs once. */
  abstract wrap: Wrap;
  abstract on: <E extends keyof Events>(event: E, listener: Events[E]) => EventEmitter;
  abstract off: <E extends keyof Events>(event: E, listener: Events[E]) => EventEmitter;
  /** Closes the cache and its stores. */
  abstract disconnect: () => Promise<undefined>;
  abstract cacheId: () => string;
}
