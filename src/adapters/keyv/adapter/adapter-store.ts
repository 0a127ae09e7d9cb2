import { CacheError } from '../../../domain/cache-error';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../../ports/store';
import { isRedirection, replyMeaning } from '../../resp/error-reply';
import { readFailure, writeFailure } from '../../resp/failure';
import { ServerScripts, type RunScript } from '../../resp/server-scripts';
import type { StorageAdapter, AdapterEntry } from './storage-adapter';

/** The parts in which storage adapters differ. */
interface AdapterSupport {
  /** Throws while the adapter would queue a command instead of sending it. */
  assertReady(): void;
  /** All keys that start with the prefix, in batches. */
  keysFrom(prefix: SanitizedKey): AsyncIterable<readonly SanitizedKey[]>;
  /** Where the server has scripts. */
  readonly runScript?: RunScript;
}

const name = 'keyv';

/** L2 on the methods of a storage adapter, without a Keyv in between. */
export class AdapterStore implements Store {
  readonly #adapter: StorageAdapter;
  readonly #support: AdapterSupport;
  /** Only where the server has scripts. */
  readonly updateTags?: (update: TagUpdate) => Promise<TagTexts | undefined>;
  /** Only where the server has scripts. */
  readonly updateRow?: (key: SanitizedKey, update: RowUpdate) => Promise<RowReply | undefined>;

  constructor(adapter: StorageAdapter, support: AdapterSupport) {
    this.#adapter = adapter;
    this.#support = support;
    if (support.runScript === undefined) return;
    const scripts = new ServerScripts(support.runScript);
    this.updateTags = (update) => this.#run(() => scripts.updateTags(update));
    this.updateRow = (key, update) => this.#run(() => scripts.updateRow(key, update));
  }

  async get(key: SanitizedKey): Promise<string | undefined> {
    try {
      this.#support.assertReady();
      return textOrAbsent(await this.#adapter.get(key));
    } catch (error) {
      if (replyMeaning(error) === 'holds another type') return undefined;
      throw readFailure(name, error);
    }
  }

  async getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    if (keys.length === 0) return [];
    if (this.#adapter.getMany === undefined) return Promise.all(keys.map((key) => this.get(key)));
    try {
      this.#support.assertReady();
      const values = (await this.#adapter.getMany([...keys])) as readonly unknown[];
      return keys.map((_, index) => textOrAbsent(values[index]));
    } catch (error) {
      if (isRedirection(error)) return Promise.all(keys.map((key) => this.get(key)));
      throw readFailure(name, error);
    }
  }

  async set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    const { value, ttl } = adapterEntry({ key, payload, ttlMs });
    await this.#write(() => this.#adapter.set(key, value, ttl));
  }

  async setMany(entries: readonly StoreEntry[]): Promise<void> {
    if (entries.length === 0) return;
    if (this.#adapter.setMany === undefined) await this.#setOneByOne(entries);
    else await this.#write(() => this.#setTogether(entries));
  }

  /**
   * Single deletes in one turn, which clients pipeline. Not `deleteMany`: some adapters return false both for absent keys and for a server
   * that is down, and that of `@keyv/redis` is a transaction, which a server with full memory refuses.
   */
  async delete(keys: readonly SanitizedKey[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#remove(key)));
  }

  async clear(prefix: SanitizedKey): Promise<void> {
    await this.#write(async () => {
      for await (const keys of this.#support.keysFrom(prefix)) await this.delete(keys);
    });
  }

  async #run<T>(script: () => Promise<T>): Promise<T> {
    try {
      this.#support.assertReady();
      return await script();
    } catch (error) {
      throw writeFailure(name, error);
    }
  }

  async #setTogether(entries: readonly StoreEntry[]): Promise<unknown> {
    try {
      return await this.#adapter.setMany?.(entries.map(adapterEntry));
    } catch (error) {
      if (!isRedirection(error)) throw error;
      return this.#setOneByOne(entries);
    }
  }

  #setOneByOne(entries: readonly StoreEntry[]): Promise<unknown> {
    return Promise.all(entries.map(({ key, payload, ttlMs }) => this.set(key, payload, ttlMs)));
  }

  /** The answer false means that the key was absent. */
  async #remove(key: SanitizedKey): Promise<void> {
    await this.#write(async () => {
      await this.#adapter.delete(key);
    });
  }

  async #write(send: () => unknown): Promise<void> {
    try {
      this.#support.assertReady();
      const answer = await send();
      if (answer === false || (Array.isArray(answer) && answer.includes(false))) throw notStored();
    } catch (error) {
      throw writeFailure(name, error);
    }
  }
}

/** A value that is not text was not written by a cache. */
function textOrAbsent(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function adapterEntry({ key, payload, ttlMs }: StoreEntry): AdapterEntry {
  return ttlMs === Infinity ? { key, value: payload } : { key, value: payload, ttl: Math.ceil(ttlMs) };
}

function notStored(): CacheError {
  return new CacheError('CACHE_WRITE_REFUSED', `${name}: the adapter answered that it did not store the entry`);
}
