import { CacheError } from '../../../domain/cache-error';
import type { Clock } from '../../../ports/clock';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../../ports/store';
import { isRedirection, replyMeaning } from '../../resp/error-reply';
import { readFailure, writeFailure } from '../../resp/failure';
import { ServerScripts, type RunScript } from '../../resp/server-scripts';
import { withoutErrorEvents, type AdapterErrors } from './adapter-errors';
import { stripsNamespace, takesExpires, type AdapterEntry, type StorageAdapter } from './storage-adapter';

/** The parts in which storage adapters differ. */
interface AdapterSupport {
  /** Throws while the adapter would queue a command instead of sending it. */
  assertReady(): void;
  /** All keys that start with the prefix, in batches. */
  keysFrom(prefix: SanitizedKey): AsyncIterable<readonly SanitizedKey[]>;
  /** Where the server has scripts. */
  readonly runScript?: RunScript;
  /** Of an adapter that may emit a failure instead of throwing it. */
  readonly errors?: AdapterErrors;
  readonly clock: Clock;
}

const name = 'keyv';

const noErrors: AdapterErrors = { count: 0, last: undefined };

/** L2 on the methods of a storage adapter, without a Keyv in between. */
export class AdapterStore implements Store {
  readonly #adapter: StorageAdapter;
  readonly #support: AdapterSupport;
  readonly #errors: AdapterErrors;
  readonly #takesExpires: boolean;
  /** Only where the server has scripts. */
  readonly updateTags?: (update: TagUpdate) => Promise<TagTexts | undefined>;
  /** Only where the server has scripts. */
  readonly updateRow?: (key: SanitizedKey, update: RowUpdate) => Promise<RowReply | undefined>;

  constructor(adapter: StorageAdapter, support: AdapterSupport) {
    this.#adapter = adapter;
    this.#support = support;
    this.#errors = support.errors ?? noErrors;
    this.#takesExpires = takesExpires(adapter);
    if (support.runScript === undefined) return;
    const scripts = new ServerScripts(support.runScript);
    this.updateTags = (update) => this.#run(() => scripts.updateTags(update));
    this.updateRow = (key, update) => this.#run(() => scripts.updateRow(key, update));
  }

  async get(key: SanitizedKey): Promise<string | undefined> {
    try {
      this.#support.assertReady();
      return textOrAbsent(await withoutErrorEvents(this.#errors, () => this.#adapter.get(this.#named(key)), isAbsent));
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
      const values = await withoutErrorEvents(this.#errors, () => this.#getMany(keys), hasAbsent);
      return keys.map((_, index) => textOrAbsent(values[index]));
    } catch (error) {
      if (isRedirection(error)) return Promise.all(keys.map((key) => this.get(key)));
      throw readFailure(name, error);
    }
  }

  async set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    const { key: name, value, ttl, expires } = this.#entryOf({ key, payload, ttlMs });
    await this.#write(() => this.#adapter.set(name, value, expires ?? ttl));
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

  async #getMany(keys: readonly SanitizedKey[]): Promise<readonly unknown[]> {
    return (await this.#adapter.getMany?.(keys.map((key) => this.#named(key)))) as readonly unknown[];
  }

  /** As the adapter takes it: it keeps a key as it is, except that some SQL adapters take their namespace away from its beginning. */
  #named(key: SanitizedKey): string {
    const { namespace } = this.#adapter;
    return namespace && stripsNamespace(this.#adapter) ? `${namespace}:${key}` : key;
  }

  #entryOf({ key, payload, ttlMs }: StoreEntry): AdapterEntry {
    const entry = { key: this.#named(key), value: payload };
    if (ttlMs === Infinity) return entry;
    return this.#takesExpires ? { ...entry, expires: Math.ceil(this.#support.clock.now() + ttlMs) } : { ...entry, ttl: Math.ceil(ttlMs) };
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
      return await this.#adapter.setMany?.(entries.map((entry) => this.#entryOf(entry)));
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
    try {
      this.#support.assertReady();
      await withoutErrorEvents(this.#errors, () => this.#adapter.delete(this.#named(key)), isRefused);
    } catch (error) {
      throw writeFailure(name, error);
    }
  }

  async #write(send: () => unknown): Promise<void> {
    try {
      this.#support.assertReady();
      if (isRefused(await withoutErrorEvents(this.#errors, send, isRefused))) throw notStored();
    } catch (error) {
      throw writeFailure(name, error);
    }
  }
}

function isAbsent(answer: unknown): boolean {
  return answer === undefined || answer === null;
}

function hasAbsent(answers: readonly unknown[]): boolean {
  return answers.some(isAbsent);
}

function isRefused(answer: unknown): boolean {
  return answer === false || (Array.isArray(answer) && answer.includes(false));
}

/** A value that is not text was not written by a cache. */
function textOrAbsent(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function notStored(): CacheError {
  return new CacheError('CACHE_WRITE_REFUSED', `${name}: the adapter answered that it did not store the entry`);
}
