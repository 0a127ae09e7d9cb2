import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../ports/store';

/** Puts one prefix before every key: the place that an adapter or a Keyv with a namespace writes to. */
export class PrefixedStore implements Store {
  readonly #inner: Store;
  readonly #prefix: string;

  constructor(inner: Store, prefix: string) {
    this.#inner = inner;
    this.#prefix = prefix;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#inner.get(this.#place(key));
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#inner.getMany(keys.map((key) => this.#place(key)));
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#inner.set(this.#place(key), payload, ttlMs);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    return this.#inner.setMany(entries.map((entry) => ({ ...entry, key: this.#place(entry.key) })));
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#inner.delete(keys.map((key) => this.#place(key)));
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#inner.clear(this.#place(prefix));
  }

  #place(key: SanitizedKey): SanitizedKey {
    return (this.#prefix + key) as SanitizedKey;
  }
}
