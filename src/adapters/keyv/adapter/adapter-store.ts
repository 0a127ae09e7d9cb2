import { CacheError } from '../../../domain/cache-error';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../../ports/store';
import { replyMeaning } from '../../resp/error-reply';
import { readFailure, writeFailure } from '../../resp/failure';
import type { StorageAdapter, AdapterEntry } from './storage-adapter';

/** What storage adapters do not agree on. */
interface AdapterHabits {
  /** Throws while the adapter would keep what it is given for later, instead of answering. */
  checkReady(): void;
  /** All keys that start with the prefix, in portions. */
  keysFrom(prefix: SanitizedKey): AsyncIterable<readonly SanitizedKey[]>;
}

const name = 'keyv';

/** Layer 2 on the methods of a storage adapter, without the Keyv that usually stands between. */
export class AdapterStore implements Store {
  readonly #adapter: StorageAdapter;
  readonly #habits: AdapterHabits;

  constructor(adapter: StorageAdapter, habits: AdapterHabits) {
    this.#adapter = adapter;
    this.#habits = habits;
  }

  async get(key: SanitizedKey): Promise<string | undefined> {
    try {
      this.#habits.checkReady();
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
      this.#habits.checkReady();
      const values = (await this.#adapter.getMany([...keys])) as readonly unknown[];
      return keys.map((_, index) => textOrAbsent(values[index]));
    } catch (error) {
      throw readFailure(name, error);
    }
  }

  async set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    const { value, ttl } = adapterEntry({ key, payload, ttlMs });
    await this.#write(() => this.#adapter.set(key, value, ttl));
  }

  async setMany(entries: readonly StoreEntry[]): Promise<void> {
    if (entries.length === 0) return;
    if (this.#adapter.setMany === undefined) await Promise.all(entries.map(({ key, payload, ttlMs }) => this.set(key, payload, ttlMs)));
    else await this.#write(() => this.#adapter.setMany?.(entries.map(adapterEntry)));
  }

  /**
   * One by one, in one turn, which clients send as one. Not by `deleteMany`: of some adapters it answers false, whether keys were absent or the
   * server was, and that of `@keyv/redis` is a transaction, which a server with full memory refuses.
   */
  async delete(keys: readonly SanitizedKey[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#remove(key)));
  }

  async clear(prefix: SanitizedKey): Promise<void> {
    await this.#write(async () => {
      for await (const keys of this.#habits.keysFrom(prefix)) await this.delete(keys);
    });
  }

  /** The answer false says that there was nothing to delete. */
  async #remove(key: SanitizedKey): Promise<void> {
    await this.#write(async () => {
      await this.#adapter.delete(key);
    });
  }

  async #write(send: () => unknown): Promise<void> {
    try {
      this.#habits.checkReady();
      const answer = await send();
      if (answer === false || (Array.isArray(answer) && answer.includes(false))) throw notTaken();
    } catch (error) {
      throw writeFailure(name, error);
    }
  }
}

/** Whatever is no text was not written by us. */
function textOrAbsent(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function adapterEntry({ key, payload, ttlMs }: StoreEntry): AdapterEntry {
  return ttlMs === Infinity ? { key, value: payload } : { key, value: payload, ttl: Math.ceil(ttlMs) };
}

function notTaken(): CacheError {
  return new CacheError('CACHE_WRITE_REFUSED', `${name}: the adapter answered that it did not take the write`);
}
