import type { NodeRedisConnectable } from '../../node-redis/node-redis-client';
import type { RedisClient } from '../../redis/redis-client';

/**
 * The part of a Keyv storage adapter that a cache uses. All types here are structural: Keyv and its adapters exist as ES modules and as
 * CommonJS modules, with different classes.
 */
export interface StorageAdapter {
  /** Whether it expires entries itself. Adapters on Redis and Valkey do so without this field. */
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
  /** Milliseconds; without it the entry never expires. */
  readonly ttl?: number;
}

/** `Map` and compatible objects: in this process, with a list of their keys. */
export interface MapLike extends StorageAdapter {
  keys(): Iterable<unknown>;
}

/** `@keyv/redis`, on node-redis. */
export interface KeyvRedisLike extends StorageAdapter {
  readonly client: NodeRedisConnectable & {
    eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
    evalSha(sha1: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
  };
  namespace: string | undefined;
  throwOnErrors: boolean;
  throwOnConnectError: boolean;
  getMany(keys: string[]): Promise<unknown[]>;
  createKeyPrefix(key: string, namespace?: string): string;
  getMasterNodes(): Promise<readonly NodeRedisNode[]>;
}

/** A cluster of node-redis. */
export interface NodeRedisCluster {
  readonly masters: readonly NodeRedisMaster[];
  readonly slots: readonly ({ readonly master: NodeRedisMaster } | undefined)[];
  nodeClient(master: NodeRedisMaster): Promise<NodeRedisNode>;
  /** Without a key it is sent to any node. */
  sendCommand(key: string | undefined, isReadonly: boolean, args: readonly string[]): Promise<unknown>;
}

/** A master of a cluster, with its connection if there is one. */
export interface NodeRedisMaster {
  readonly client?: { readonly isReady: boolean } | undefined;
}

/** One server of a node-redis client. */
export interface NodeRedisNode {
  readonly isReady: boolean;
  ping(): Promise<unknown>;
  info(section: string): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  scan(cursor: string, options: { MATCH: string; COUNT: number }): Promise<{ readonly cursor: unknown; readonly keys: readonly string[] }>;
}

/** `@keyv/valkey`, on iovalkey, a fork of ioredis with the same methods. */
export interface KeyvValkeyLike extends StorageAdapter {
  readonly redis: RedisClient;
  _getKeyName(key: string): string;
}

/** The parts of a Keyv that change keys and values on their way to its adapter. */
export interface KeyvInstance {
  readonly store: unknown;
  readonly namespace?: string | undefined;
  readonly useKeyPrefix: boolean;
  readonly serialize?: unknown;
  readonly deserialize?: ((text: string) => unknown) | undefined;
  readonly compression?: { decompress?(value: unknown): unknown } | undefined;
  serializeData(row: KeyvRow): Promise<unknown>;
  deserializeData(text: string): Promise<unknown>;
}

/** The row that a Keyv stores for a key. */
export interface KeyvRow {
  readonly value: string;
  /** Milliseconds since the Unix epoch; without it the row never expires. */
  readonly expires?: number;
}
