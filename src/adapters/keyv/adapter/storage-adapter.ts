import type { RedisClient } from '../../redis/redis-client';

/**
 * A Keyv storage adapter, as far as a cache uses one. Structural, like all types here: Keyv and its adapters come as an ES module and
 * as a CommonJS copy, and the classes of one are not those of the other.
 */
export interface StorageAdapter {
  /** Whether it ends entries by itself; only adapters on Redis and Valkey do so without saying it. */
  readonly ttlSupport?: boolean | undefined;
  get(key: string): unknown;
  /** @param ttl - milliseconds */
  set(key: string, value: string, ttl?: number): unknown;
  delete(key: string): unknown;
  clear(): unknown;
  getMany?(keys: string[]): unknown;
  setMany?(entries: AdapterEntry[]): unknown;
  iterator?(namespace?: string): unknown;
  on?(event: string, listener: (error: unknown) => void): unknown;
  off?(event: string, listener: (error: unknown) => void): unknown;
  listeners?(event: string): unknown[];
}

export interface AdapterEntry {
  readonly key: string;
  readonly value: string;
  /** Milliseconds; without it the entry stays. */
  readonly ttl?: number;
}

/** `Map` and what looks like one: it lives in this process and knows its keys. */
export interface MapLike extends StorageAdapter {
  keys(): Iterable<unknown>;
}

/** `@keyv/redis`, on node-redis. */
export interface KeyvRedisLike extends StorageAdapter {
  readonly client: NodeRedisClient;
  namespace: string | undefined;
  throwOnErrors: boolean;
  throwOnConnectError: boolean;
  getMany(keys: string[]): Promise<unknown[]>;
  createKeyPrefix(key: string, namespace?: string): string;
  isSentinel(): boolean;
  getMasterNodes(): Promise<readonly NodeRedisNode[]>;
}

/** A client, a cluster or a sentinel of node-redis. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** A cluster has none. */
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  destroy(): unknown;
  on(event: string, listener: (error: unknown) => void): unknown;
  off(event: string, listener: (error: unknown) => void): unknown;
}

/** One server, as node-redis reaches it. */
interface NodeRedisNode {
  ping(): Promise<unknown>;
  scan(cursor: string, options: { MATCH: string; COUNT: number }): Promise<{ readonly cursor: unknown; readonly keys: readonly string[] }>;
}

/** `@keyv/valkey`, on iovalkey, which is ioredis under another name. */
export interface KeyvValkeyLike extends StorageAdapter {
  readonly redis: RedisClient;
  _getKeyName(key: string): string;
}

/** A Keyv: what it does to keys and values on their way to the adapter below it. */
export interface KeyvInstance {
  readonly store: unknown;
  readonly namespace?: string | undefined;
  readonly useKeyPrefix: boolean;
  readonly serialize?: unknown;
  readonly deserialize?: unknown;
  serializeData(row: KeyvRow): Promise<unknown>;
  deserializeData(text: string): Promise<unknown>;
}

/** What a Keyv keeps for a key. */
export interface KeyvRow {
  readonly value: string;
  /** Milliseconds since the Unix epoch; without it the row stays. */
  readonly expires?: number;
}
