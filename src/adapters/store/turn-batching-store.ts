import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../ports/store';
import { type Batch, DeleteBatch, ReadBatch, SetBatch } from './batch';

/** Keys. More of them in one command would hold up everybody else's at the server. */
const fullBatch = 128;

/**
 * Sends what one turn of the event loop asks for together: single reads as one `getMany`, neighbouring writes as one `setMany` or `delete`.
 *
 * Writes reach the inner store in the order of the calls, and before the reads of their turn. No batch waits for the answer to another.
 * A batch that is rejected rejects for all its callers.
 */
export class TurnBatchingStore implements Store {
  readonly #inner: Store;
  #reads: ReadBatch | undefined;
  #writes: Batch<void>[] = [];
  #scheduled = false;
  /** In `setImmediate`: behind an HTTP server a microtask sees one request, the end of the turn sees all that arrived in it. */
  readonly #endTurn = (): void => {
    this.#scheduled = false;
    this.#sendAll();
  };

  constructor(inner: Store) {
    this.#inner = inner;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    const batch = (this.#reads ??= new ReadBatch());
    const payload = batch.add(key);
    if (batch.size >= fullBatch) this.#sendAll();
    else this.#schedule();
    return payload;
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    this.#sendWrites();
    return this.#inner.getMany(keys);
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    const last = this.#writes.at(-1);
    const batch = last instanceof SetBatch ? last : this.#append(new SetBatch());
    batch.add({ key, payload, ttlMs });
    return this.#travelWith(batch);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    this.#sendWrites();
    return this.#inner.setMany(entries);
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    const last = this.#writes.at(-1);
    const batch = last instanceof DeleteBatch ? last : this.#append(new DeleteBatch());
    batch.add(keys);
    return this.#travelWith(batch);
  }

  clear(prefix: SanitizedKey): Promise<void> {
    this.#sendWrites();
    return this.#inner.clear(prefix);
  }

  #append<B extends Batch<void>>(batch: B): B {
    this.#writes.push(batch);
    return batch;
  }

  #travelWith(batch: Batch<void>): Promise<void> {
    if (batch.size >= fullBatch) this.#sendWrites();
    else this.#schedule();
    return batch.outcome;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#endTurn);
  }

  #sendAll(): void {
    this.#sendWrites();
    const reads = this.#reads;
    this.#reads = undefined;
    reads?.send(this.#inner);
  }

  #sendWrites(): void {
    const writes = this.#writes;
    if (writes.length === 0) return;
    this.#writes = [];
    for (const batch of writes) batch.send(this.#inner);
  }
}
