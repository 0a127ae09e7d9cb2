import { checkDatabase } from './selected-database';

type Listener = (...args: unknown[]) => void;

/** The part of ioredis' `Redis` that is used. By structure, because several copies and versions of ioredis may be in one process. */
export interface RedisClient {
  readonly status: string;
  readonly isCluster: boolean;
  readonly options: { readonly keyPrefix?: string | undefined; readonly db?: number | undefined };
  on(event: string, listener: Listener): unknown;
  once(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  connect(): Promise<void>;
  disconnect(): void;
  ping(): Promise<unknown>;
  select(database: number): Promise<unknown>;
  get(key: string): Promise<string | null>;
  mget(keys: string[]): Promise<(string | null)[]>;
  set(key: string, value: string): Promise<unknown>;
  set(key: string, value: string, unit: 'PX', ms: number): Promise<unknown>;
  unlink(keys: string[]): Promise<number>;
  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', size: number): Promise<[cursor: string, keys: string[]]>;
  pipeline(): RedisPipeline;
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  /** Another client to the same server. That of a cluster takes other arguments, and is not called. */
  duplicate(options: unknown): RedisClient;
}

/** Commands that are sent together. */
export interface RedisPipeline {
  set(key: string, value: string): unknown;
  set(key: string, value: string, unit: 'PX', ms: number): unknown;
  /** Resolves also where commands failed. */
  exec(): Promise<[error: Error | null, reply: unknown][] | null>;
}

/** The same part of ioredis' `Cluster`. */
export interface RedisClusterClient extends RedisClient {
  nodes(role: 'master'): RedisClient[];
}

export function isCluster(client: RedisClient): client is RedisClusterClient {
  return client.isCluster;
}

/** Throws unless the client is ready, because it may queue a command and send it minutes later, and on the database of its options. */
export function whenReady<Client extends RedisClient>(client: Client): Client {
  if (client.status !== 'ready') throw new Error('the client is not ready');
  checkDatabase(client);
  return client;
}
