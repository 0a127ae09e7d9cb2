import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';
import { replyMeaning, readFailure, writeFailure } from './failure';

import type { RedisCommands } from './redis-commands';
import { clearPrefix } from './scan';
import { ServerScripts } from './server-scripts';

export interface RedisStoreParts {
  /** The name of the driver, for errors. */
  readonly name: string;
  /** The prefix that the client puts before every key. */
  readonly keyPrefix: string;
  /** The client. Throws unless it is ready: it may queue a command and send it minutes later. */
  readonly whenReady: () => RedisCommands;
  /** Called before each command that writes: mostly there are several of them in a turn, while the reads of a turn are one command. */
  readonly beforeWrite?: () => void;
}

/** L2 on one server. Each call is one round trip. */
export class RedisStore implements Store {
  readonly #name: string;
  readonly #keyPrefix: string;
  readonly #whenReady: () => RedisCommands;
  readonly #beforeWrite: (() => void) | undefined;
  #answers = 0;
  readonly #scripts: ServerScripts;

  constructor({ name, keyPrefix, whenReady, beforeWrite }: RedisStoreParts) {
    this.#name = name;
    this.#keyPrefix = keyPrefix;
    this.#whenReady = whenReady;
    this.#beforeWrite = beforeWrite;
    this.#scripts = new ServerScripts(async (command, script, keys, args) => {
      const client = this.#whenReadyToWrite();
      const rest = [keys.length, ...keys, ...args] as const;
      return command === 'EVAL' ? client.eval(script, ...rest) : client.evalsha(script, ...rest);
    });
  }

  /** How many reads the server has answered so far. */
  get answers(): number {
    return this.#answers;
  }

  async get(key: SanitizedKey): Promise<string | undefined> {
    try {
      return this.#answered(await this.#whenReady().get(key)) ?? undefined;
    } catch (error) {
      if (replyMeaning(error) !== 'holds another type') throw readFailure(this.#name, error);
      await this.#dropForeign(key);
      return undefined;
    }
  }

  async getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    if (keys.length === 0) return [];
    try {
      return absentAsUndefined(this.#answered(await this.#whenReady().mget(keys as SanitizedKey[])));
    } catch (error) {
      throw readFailure(this.#name, error);
    }
  }

  async set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    try {
      await send(this.#whenReadyToWrite(), key, payload, ttlMs);
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
  }

  async setMany(entries: readonly StoreEntry[]): Promise<void> {
    await Promise.all(entries.map(({ key, payload, ttlMs }) => this.set(key, payload, ttlMs)));
  }

  async delete(keys: readonly SanitizedKey[]): Promise<void> {
    if (keys.length === 0) return;
    try {
      await this.#whenReadyToWrite().unlink(keys as SanitizedKey[]);
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
  }

  async clear(prefix: SanitizedKey): Promise<void> {
    try {
      await clearPrefix(this.#whenReady(), { keyPrefix: this.#keyPrefix, prefix, remove: (keys) => this.delete(keys) });
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
  }

  async updateTags(update: TagUpdate): Promise<TagTexts | undefined> {
    try {
      return await this.#scripts.updateTags(update);
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
  }

  async updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    try {
      return await this.#scripts.updateRow(key, update);
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
  }

  #whenReadyToWrite(): RedisCommands {
    const client = this.#whenReady();
    this.#beforeWrite?.();
    return client;
  }

  #answered<Reply>(reply: Reply): Reply {
    this.#answers += 1;
    return reply;
  }

  /** Deletes data of another type under a key of the cache. Left there, it would make every read fail. */
  async #dropForeign(key: SanitizedKey): Promise<void> {
    await this.delete([key]).catch(() => undefined);
  }
}

/** In place: nothing else uses the array, and this is the hottest loop of L2. */
function absentAsUndefined(replies: (string | null | undefined)[]): (string | undefined)[] {
  for (let i = 0; i < replies.length; i += 1) if (replies[i] === null) replies[i] = undefined;
  return replies as (string | undefined)[];
}

function send(to: Pick<RedisCommands, 'set'>, key: SanitizedKey, payload: string, ttlMs: number): unknown {
  return ttlMs === Infinity ? to.set(key, payload) : to.set(key, payload, 'PX', Math.ceil(ttlMs));
}
