import { CacheError } from '../../../domain/cache-error';
import type { Clock } from '../../../ports/clock';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../../ports/store';
import { replyMeaning, readFailure, writeFailure } from '../../resp/failure';

import { withoutErrorEvents, type AdapterErrors } from './adapter-errors';
import { stripsNamespace, takesExpires, type AdapterEntry, type StorageAdapter } from './storage-adapter';

/** The parts in which storage adapters differ. */
interface AdapterSupport {
  /** All keys that start with the prefix, in batches. */
  keysFrom(prefix: SanitizedKey): AsyncIterable<readonly SanitizedKey[]>;
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

  constructor(adapter: StorageAdapter, support: AdapterSupport) {
    this.#adapter = adapter;
    this.#support = support;
    this.#errors = support.errors ?? noErrors;
    this.#takesExpires = takesExpires(adapter);
  }

  async get(key: SanitizedKey): Promise<string | undefined> {
    try {
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
      const values = await withoutErrorEvents(this.#errors, () => this.#getMany(keys), hasAbsent);
      return keys.map((_, index) => textOrAbsent(values[index]));
    } catch (error) {
      throw readFailure(name, error);
    }
  }

  async set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    const entry = this.#entryOf({ key, payload, ttlMs });
    await this.#write(() => this.#adapter.set(entry.key, entry.value, entry.expires ?? entry.ttl));
  }

  async setMany(entries: readonly StoreEntry[]): Promise<void> {
    if (entries.length === 0) return;
    if (this.#adapter.setMany === undefined) await Promise.all(entries.map(({ key, payload, ttlMs }) => this.set(key, payload, ttlMs)));
    else await this.#write(() => this.#adapter.setMany?.(entries.map((entry) => this.#entryOf(entry))));
  }

  /**
   * Single deletes in one turn. Not `deleteMany`: some adapters return false both for absent keys and for a server that is down.
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

  /** The answer false means that the key was absent. */
  async #remove(key: SanitizedKey): Promise<void> {
    try {
      await withoutErrorEvents(this.#errors, () => this.#adapter.delete(this.#named(key)), isRefused);
    } catch (error) {
      throw writeFailure(name, error);
    }
  }

  async #write(send: () => unknown): Promise<void> {
    try {
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
