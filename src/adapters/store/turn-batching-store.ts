import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../ports/store';
import { SuspectKeys } from './suspect-keys';
import { type Batch, DeleteBatch, ReadBatch, SetBatch } from './batch';

/** Keys per command. A larger command would delay the commands of other clients at the server. */
const maxBatchKeys = 128;

/**
 * Sends the calls of one turn of the event loop together: single reads as one `getMany`, neighbouring writes as one `setMany` or `delete`.
 *
 * Writes reach the inner store in the order of the calls, and before the reads of their turn. No batch waits for the answer to another.
 * A batch that is rejected rejects for all its callers.
 */
export class TurnBatchingStore implements Store {
  readonly #inner: Store;
  #reads: ReadBatch | undefined;
  /** Batches of suspects, by their limit. */
  readonly #suspectReads = new Map<number, ReadBatch>();
  readonly #suspects = new SuspectKeys();
  #writes: Batch<void>[] = [];
  #scheduled = false;
  /** In `setImmediate`: in an HTTP server a microtask sees one request, and the end of the turn sees all requests that arrived in it. */
  readonly #endTurn = (): void => {
    this.#scheduled = false;
    this.#sendAll();
  };

  constructor(inner: Store) {
    this.#inner = inner;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    const limit = this.#suspects.limitOf(key);
    if (limit !== undefined) return this.#getSuspect(key, limit);
    const batch = (this.#reads ??= new ReadBatch());
    const payload = batch.add(key);
    if (batch.size >= maxBatchKeys) this.#sendAll();
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

  #getSuspect(key: SanitizedKey, limit: number): Promise<string | undefined> {
    const waiting = this.#suspectReads.get(limit);
    const isFull = waiting !== undefined && waiting.size >= limit;
    if (isFull) this.#sendReads(waiting);
    const batch = waiting === undefined || isFull ? new ReadBatch() : waiting;
    this.#suspectReads.set(limit, batch);
    this.#schedule();
    return batch.add(key);
  }

  #sendReads(batch: ReadBatch): void {
    batch.send(this.#inner);
    batch.outcome.then(
      () => {
        this.#suspects.answered(batch.keys);
      },
      (error: unknown) => {
        const culprit = this.#suspects.failed(batch.keys, error);
        if (culprit !== undefined) this.#inner.delete([culprit]).catch(() => undefined);
      },
    );
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

  #sendAll(): void {
    this.#sendWrites();
    const reads = this.#reads;
    this.#reads = undefined;
    if (reads !== undefined) this.#sendReads(reads);
    for (const suspects of this.#suspectReads.values()) this.#sendReads(suspects);
    this.#suspectReads.clear();
  }

  #sendWrites(): void {
    const writes = this.#writes;
    if (writes.length === 0) return;
    this.#writes = [];
    for (const batch of writes) batch.send(this.#inner);
  }
}
