import type { NodeRedisConnectable } from '../../node-redis/node-redis-client';
import type { RedisClient } from '../../redis/redis-client';

/**
 * The part of a Keyv storage adapter that a cache uses. All types here are structural: Keyv and its adapters exist as ES modules and as
 * CommonJS modules, with different classes.
 */
export interface StorageAdapter {
  /** Whether it expires entries itself. Adapters on Redis and Valkey do so without this field. */
  readonly ttlSupport?: boolean | undefined;
  /** Declared by the adapters of Keyv 6. */
  readonly capabilities?: { readonly expires?: unknown } | undefined;
  /** Adapters of Keyv 6 write it before every key, or into a column. */
  readonly namespace?: string | undefined;
  get(key: string): unknown;
  /** @param expiry - a time to live in milliseconds; with `capabilities.expires` the time of the end, in milliseconds since the Unix epoch */
  set(key: string, value: string, expiry?: number): unknown;
  delete(key: string): unknown;
  clear(): unknown;
  getMany?(keys: string[]): unknown;
  setMany?(entries: AdapterEntry[]): unknown;
  iterator?(namespace?: string): unknown;
  on?(event: string, listener: (error: unknown) => void): unknown;
  off?(event: string, listener: (error: unknown) => void): unknown;
  listeners?(event: string): unknown[];
}

/** Whether `set` takes the time of the end (Keyv 6), and not a time to live (Keyv 5, and adapters that declare nothing). */
export function takesExpires({ capabilities }: StorageAdapter): boolean {
  return capabilities?.expires === true;
}

/** Whether the adapter takes its namespace and a colon away from the beginning of a key, as the SQL adapters of Keyv 6 do. */
export function stripsNamespace(adapter: StorageAdapter): boolean {
  return 'removeKeyPrefix' in adapter;
}

/** An entry without `ttl` and without `expires` never expires. */
export interface AdapterEntry {
  readonly key: string;
  readonly value: string;
  /** Milliseconds. */
  readonly ttl?: number;
  /** With `capabilities.expires`, in the place of `ttl`: milliseconds since the Unix epoch. */
  readonly expires?: number;
}

/** An adapter of Keyv 6 around another one, or around a `Map`, whose own methods differ from those of Keyv 6. */
export interface WrappingAdapter extends StorageAdapter {
  readonly store: unknown;
  getKeyPrefix(key: string, namespace?: string): string;
}

/** An object that emits the errors of an adapter. */
export interface ErrorEmitter {
  on?(event: string, listener: (error: unknown) => void): unknown;
}

/** `Map` and compatible objects, also with other options of `set`: in this process, with a list of their keys. */
export interface MapLike extends Omit<StorageAdapter, 'set'> {
  set(key: string, value: string): unknown;
  keys(): Iterable<unknown>;
}

/** `@keyv/redis`, on node-redis. */
export interface KeyvRedisLike extends StorageAdapter {
  readonly client: NodeRedisConnectable;
  createKeyPrefix(key: string, namespace?: string): string;
}

/** `@keyv/valkey`, on iovalkey, a fork of ioredis with the same methods. */
export interface KeyvValkeyLike extends StorageAdapter {
  readonly redis: RedisClient;
  _getKeyName(key: string): string;
}

/** The parts of a Keyv that change keys and values on their way to its adapter. */
export type KeyvInstance = Keyv5Instance | Keyv6Instance;

export interface Keyv5Instance {
  readonly store: unknown;
  readonly namespace?: string | undefined;
  readonly useKeyPrefix: boolean;
  readonly serialize?: unknown;
  readonly deserialize?: ((text: string) => unknown) | undefined;
  readonly compression?: { decompress?(value: unknown): unknown } | undefined;
  serializeData(row: KeyvRow): Promise<unknown>;
  deserializeData(text: string): Promise<unknown>;
}

/** Its namespace is that of its adapter. */
export interface Keyv6Instance extends ErrorEmitter {
  readonly store: unknown;
  readonly serialization: { parse(text: string): unknown } | undefined;
  readonly compression: { decompress?(text: string): unknown } | undefined;
  readonly encryption: { decrypt?(text: string): unknown } | undefined;
  encode(row: KeyvRow): Promise<unknown>;
  decode(text: string): Promise<unknown>;
}

/** The row that a Keyv stores for a key. */
export interface KeyvRow {
  readonly value: string;
  /** Milliseconds since the Unix epoch; without it the row never expires. */
  readonly expires?: number;
}
