import type { SanitizedKey } from '../../ports/sanitized-key';
import { deriveDriver, type StoreDriver } from '../../ports/driver';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';

/** Writes the prefix before every key, as an adapter or a Keyv with a namespace does. */
export class PrefixedStore implements Store {
  readonly #inner: Store;
  readonly #prefix: string;
  /** Where the inner store has it. */
  readonly updateTags?: (update: TagUpdate) => Promise<TagTexts | undefined>;
  /** Where the inner store has it. */
  readonly updateRow?: (key: SanitizedKey, update: RowUpdate) => Promise<RowReply | undefined>;

  constructor(inner: Store, prefix: string) {
    this.#inner = inner;
    this.#prefix = prefix;
    const updateRow = inner.updateRow?.bind(inner);
    if (updateRow !== undefined) this.updateRow = (key, update) => updateRow(this.#prefixed(key), update);
    const update = inner.updateTags?.bind(inner);
    if (update === undefined) return;
    this.updateTags = ({ state, tags, ...rest }) =>
      update({ state: this.#prefixed(state), tags: tags.map((tag) => this.#prefixed(tag)), ...rest });
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#inner.get(this.#prefixed(key));
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#inner.getMany(keys.map((key) => this.#prefixed(key)));
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#inner.set(this.#prefixed(key), payload, ttlMs);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    return this.#inner.setMany(entries.map((entry) => ({ ...entry, key: this.#prefixed(entry.key) })));
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#inner.delete(keys.map((key) => this.#prefixed(key)));
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#inner.clear(this.#prefixed(prefix));
  }

  #prefixed(key: SanitizedKey): SanitizedKey {
    return (this.#prefix + key) as SanitizedKey;
  }
}

/** The same driver with a longer prefix: its own, then the given one. */
export function prefixedDriver(driver: StoreDriver, prefix: string): StoreDriver {
  return deriveDriver(driver, { store: new PrefixedStore(driver.store, prefix), keyPrefix: (driver.keyPrefix ?? '') + prefix });
}
