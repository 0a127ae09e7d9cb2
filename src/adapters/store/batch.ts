import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../ports/store';

/** Calls of one turn that are sent as one call and share its outcome. */
export abstract class Batch<T> {
  readonly outcome: Promise<T>;
  #resolve!: (outcome: T) => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** How many keys it contains. */
  abstract get size(): number;

  send(store: Store): void {
    this.execute(store).then(this.#resolve, this.#reject);
  }

  protected abstract execute(store: Store): Promise<T>;
}

/** One `delete`. */
export class DeleteBatch extends Batch<void> {
  readonly #keys: SanitizedKey[] = [];

  get size(): number {
    return this.#keys.length;
  }

  add(keys: readonly SanitizedKey[]): void {
    for (const key of keys) this.#keys.push(key);
  }

  protected async execute(store: Store): Promise<void> {
    return store.delete(this.#keys);
  }
}

/** One `setMany` in the order of the calls, so the later of two writes to one key wins. */
export class SetBatch extends Batch<void> {
  readonly #entries: StoreEntry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  add(entry: StoreEntry): void {
    this.#entries.push(entry);
  }

  protected async execute(store: Store): Promise<void> {
    const [entry] = this.#entries;
    if (this.#entries.length === 1 && entry !== undefined) return store.set(entry.key, entry.payload, entry.ttlMs);
    return store.setMany(this.#entries);
  }
}
