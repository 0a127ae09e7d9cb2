import type { CacheKey } from '../../ports/cache-key';
import type { Store } from '../../ports/store';
import { Batch } from './batch';

/** One `delete`. */
export class DeleteBatch extends Batch<void> {
  readonly #keys: CacheKey[] = [];

  get size(): number {
    return this.#keys.length;
  }

  add(keys: readonly CacheKey[]): void {
    for (const key of keys) this.#keys.push(key);
  }

  protected async ask(store: Store): Promise<void> {
    return store.delete(this.#keys);
  }
}
