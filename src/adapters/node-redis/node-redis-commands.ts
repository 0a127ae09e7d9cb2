import type { Store } from '../../ports/store';
import type { RedisCommands } from '../resp/redis-commands';
import type { NodeRedisClient } from './node-redis-client';

/**
 * Replaces the client's options for one command. Without the timeout that node-redis 6 sets for every command, because its `AbortSignal` costs
 * more than the command and the cache has deadlines; with texts as replies, whatever types the user chose for other code.
 */
export const plainOptions = { timeout: undefined, typeMapping: {} };

/** Sends a command, on a cluster to the master of the key. */
export type SendCommand = (args: string[], key?: string) => Promise<unknown>;

/** The commands of a client of node-redis. `sendCommand` adds no key prefix. Commands of one turn are written together. */
export class NodeRedisCommands implements RedisCommands {
  readonly #send: SendCommand;

  constructor(send: SendCommand) {
    this.#send = send;
  }

  /** Those of a client of one server. */
  static of(client: Pick<NodeRedisClient, 'sendCommand'>): NodeRedisCommands {
    return new NodeRedisCommands((args) => client.sendCommand(args, plainOptions));
  }

  get(key: string): Promise<string | null> {
    return this.#send(['GET', key], key) as Promise<string | null>;
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#send(['MGET', ...keys], keys[0]) as Promise<(string | null)[]>;
  }

  set(key: string, value: string, unit?: 'PX', ms?: number): Promise<unknown> {
    return this.#send(unit === undefined ? ['SET', key, value] : ['SET', key, value, unit, String(ms)], key);
  }

  unlink(keys: readonly string[]): Promise<unknown> {
    return this.#send(['UNLINK', ...keys], keys[0]);
  }

  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', size: number): Promise<[cursor: string, keys: string[]]> {
    return this.#send(['SCAN', cursor, match, pattern, count, String(size)]) as Promise<[string, string[]]>;
  }

  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown> {
    return this.#send(['EVAL', script, String(numberOfKeys), ...keysAndArguments], keysAndArguments[0]);
  }

  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown> {
    return this.#send(['EVALSHA', sha1, String(numberOfKeys), ...keysAndArguments], keysAndArguments[0]);
  }

  publish(channel: string, text: string): Promise<unknown> {
    return this.#send(['PUBLISH', channel, text]);
  }

  info(section: string): Promise<unknown> {
    return this.#send(['INFO', section]);
  }

  ping(): Promise<unknown> {
    return this.#send(['PING']);
  }
}

/** In which one server, a cluster and sentinels differ. Keys have their prefixes already. */
export interface NodeRedisServers {
  /** One connection. */
  readonly isSingle: boolean;
  readonly store: Store;
  /** Asks every server that answers reads for `INFO replication`. */
  readonly ask: () => Promise<readonly unknown[]>;
  /** A PING that costs less, for one server. */
  readonly ping?: () => Promise<unknown>;
  /** The number of replies of the server so far. While it grows, no PING is sent. */
  readonly traffic?: () => number;
  /** Sends the messages of the bus. Throws unless it is ready. */
  readonly publisher: () => NodeRedisCommands;
  /** A client of a server that receives all messages; `undefined` while none is known, and where there is no such client. */
  readonly listener: () => NodeRedisClient | undefined;
}
