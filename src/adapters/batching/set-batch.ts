import type { Store, StoreEntry } from '../../ports/store';
import { Batch } from './batch';

/** One `setMany`, in the order of the calls: of two writes to one key the later stays. */
export class SetBatch extends Batch<void> {
  readonly #entries: StoreEntry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  add(entry: StoreEntry): void {
    this.#entries.push(entry);
  }

  protected async ask(store: Store): Promise<void> {
    const [entry] = this.#entries;
    if (this.#entries.length === 1 && entry !== undefined) return store.set(entry.key, entry.payload, entry.ttlMs);
    return store.setMany(this.#entries);
  }
}
