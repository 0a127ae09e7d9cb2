import type { SanitizedKey } from '../../ports/sanitized-key';
import { updateRow, updateTags } from '../../domain/l2/store-updates';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';
import { type Batch, DeleteBatch, SetBatch } from './batch';

/** Keys per command. A larger command would delay the commands of other clients at the server. */
const maxBatchKeys = 128;

/**
 * Sends the writes of one turn of the event loop together: neighbouring writes as one `setMany` or `delete`, in the order of the calls,
 * and before a read that follows them. No batch waits for the answer to another. A batch that is rejected rejects for all its callers.
 */
export class WriteBatchingStore implements Store {
  readonly #inner: Store;
  #writes: Batch<void>[] = [];
  #scheduled = false;
  /** In `setImmediate`: in an HTTP server a microtask sees one request, and the end of the turn sees all requests that arrived in it. */
  readonly #endTurn = (): void => {
    this.#scheduled = false;
    this.#sendWrites();
  };

  constructor(inner: Store) {
    this.#inner = inner;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    this.#sendWrites();
    return this.#inner.get(key);
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    this.#sendWrites();
    return this.#inner.getMany(keys);
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    const last = this.#writes.at(-1);
    const batch = last instanceof SetBatch ? last : this.#append(new SetBatch());
    batch.add({ key, payload, ttlMs });
    return this.#sendWith(batch);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    this.#sendWrites();
    return this.#inner.setMany(entries);
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    const last = this.#writes.at(-1);
    const batch = last instanceof DeleteBatch ? last : this.#append(new DeleteBatch());
    batch.add(keys);
    return this.#sendWith(batch);
  }

  clear(prefix: SanitizedKey): Promise<void> {
    this.#sendWrites();
    return this.#inner.clear(prefix);
  }

  updateTags(update: TagUpdate): Promise<TagTexts> {
    this.#sendWrites();
    return updateTags(this.#inner, update);
  }

  updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    this.#sendWrites();
    return updateRow(this.#inner, key, update);
  }

  #append<B extends Batch<void>>(batch: B): B {
    this.#writes.push(batch);
    return batch;
  }

  #sendWith(batch: Batch<void>): Promise<void> {
    if (batch.size >= maxBatchKeys) this.#sendWrites();
    else this.#schedule();
    return batch.outcome;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#endTurn);
  }

  #sendWrites(): void {
    const writes = this.#writes;
    if (writes.length === 0) return;
    this.#writes = [];
    for (const batch of writes) batch.send(this.#inner);
  }
}
