import type { RedisCommands } from '../resp/redis-commands';
import { checkDatabase } from './selected-database';

type Listener = (...args: unknown[]) => void;

/** The part of ioredis' `Redis` that is used. By structure, because several copies and versions of ioredis may be in one process. */
export interface RedisClient extends RedisCommands {
  readonly status: string;
  readonly isCluster: boolean;
  /** Of the connection, if there is one. */
  readonly stream?: { cork(): void; uncork(): void } | undefined;
  readonly options: {
    readonly keyPrefix?: string | undefined;
    readonly db?: number | undefined;
    readonly host?: string | undefined;
    readonly port?: number | undefined;
  };
  /** The state that the present connection is to have. A cluster has none. */
  readonly condition?: { readonly select?: number | undefined } | null | undefined;
  on(event: string, listener: Listener): unknown;
  once(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  connect(): Promise<void>;
  disconnect(): void;
  ping(): Promise<unknown>;
  info(section: string): Promise<unknown>;
  cluster(command: 'SLOTS'): Promise<unknown>;
  select(database: number): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  /** Another client to the same server. That of a cluster takes other arguments, and is not called. */
  duplicate(options: unknown): RedisClient;
}

/** The same part of ioredis' `Cluster`. */
export interface RedisClusterClient extends RedisClient {
  /** Connected, or about to be. */
  nodes(role: 'master'): RedisClient[];
  /** The addresses of the nodes of each slot, the master first. */
  readonly slots: readonly (readonly string[] | undefined)[];
  refreshSlotsCache(callback: () => void): void;
}

export function isCluster(client: RedisClient): client is RedisClusterClient {
  return client.isCluster;
}

export function keyPrefixOf(client: RedisClient): string {
  return client.options.keyPrefix ?? '';
}

/** Throws unless the client is ready, because it may queue a command and send it minutes later, and on the database of its options. */
export function whenReady<Client extends RedisClient>(client: Client): Client {
  if (client.status !== 'ready') throw new Error('the client is not ready');
  checkDatabase(client);
  return client;
}
