import type { RedisCommands } from '../resp/redis-commands';
import type { NodeRedisClient } from './node-redis-client';

/**
 * Replaces the client's options for one command. Without the timeout that node-redis 6 sets for every command, because its `AbortSignal` costs
 * more than the command and the cache has deadlines; with texts as replies, whatever types the user chose for other code.
 */
const plain = { timeout: undefined, typeMapping: {} };

/** The commands of a client of node-redis. `sendCommand` adds no key prefix. Commands of one turn are written together. */
export class NodeRedisCommands implements RedisCommands {
  readonly #client: Pick<NodeRedisClient, 'sendCommand'>;

  constructor(client: Pick<NodeRedisClient, 'sendCommand'>) {
    this.#client = client;
  }

  get(key: string): Promise<string | null> {
    return this.#send(['GET', key]) as Promise<string | null>;
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#send(['MGET', ...keys]) as Promise<(string | null)[]>;
  }

  set(key: string, value: string, unit?: 'PX', ms?: number): Promise<unknown> {
    return this.#send(unit === undefined ? ['SET', key, value] : ['SET', key, value, unit, String(ms)]);
  }

  unlink(keys: readonly string[]): Promise<unknown> {
    return this.#send(['UNLINK', ...keys]);
  }

  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', size: number): Promise<[cursor: string, keys: string[]]> {
    return this.#send(['SCAN', cursor, match, pattern, count, String(size)]) as Promise<[string, string[]]>;
  }

  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown> {
    return this.#send(['EVAL', script, String(numberOfKeys), ...keysAndArguments]);
  }

  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown> {
    return this.#send(['EVALSHA', sha1, String(numberOfKeys), ...keysAndArguments]);
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

  #send(args: readonly string[]): Promise<unknown> {
    return this.#client.sendCommand(args, plain);
  }
}
