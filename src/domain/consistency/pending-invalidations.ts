import type { SanitizedKey } from '../../ports/sanitized-key';

/** Some of what is pending, taken to be deleted in layer 2. */
export interface PendingBatch {
  readonly keys: readonly SanitizedKey[] | 'everything';
  /** Nothing that became pending after this moment is settled with the batch. */
  readonly mark: number;
}

/**
 * The keys of one namespace for which layer 2 still has to take a delete, or may hold what nobody should read.
 * Until then what it holds for them counts as a miss. Bounded: past `limit` it is remembered as "everything".
 */
export class PendingInvalidations {
  readonly limit: number;
  /** Each key with the mark of its newest reason. */
  readonly #keys = new Map<SanitizedKey, number>();
  #everything: number | undefined;
  #mark = 0;
  /** How many writes of a key, and of everything, are on their way to layer 2. */
  readonly #inFlight = new Map<SanitizedKey, number>();
  #clearsInFlight = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether what layer 2 holds for the key counts as a miss. */
  has(key: SanitizedKey): boolean {
    return this.#everything !== undefined || this.#clearsInFlight > 0 || this.#keys.has(key) || this.#inFlight.has(key);
  }

  /** While a write of the key is on its way, it need not be remembered, and yet what it replaces must not be read. Returns what ends that. */
  beginWrite(key: SanitizedKey): () => void {
    this.#inFlight.set(key, (this.#inFlight.get(key) ?? 0) + 1);
    return () => {
      const left = (this.#inFlight.get(key) ?? 0) - 1;
      if (left > 0) this.#inFlight.set(key, left);
      else this.#inFlight.delete(key);
    };
  }

  beginClear(): () => void {
    this.#clearsInFlight += 1;
    return () => {
      this.#clearsInFlight -= 1;
    };
  }

  /** Keys that are pending; `Infinity` for everything. */
  get size(): number {
    return this.#everything === undefined ? this.#keys.size : Infinity;
  }

  add(key: SanitizedKey): void {
    if (this.#keys.size >= this.limit && !this.#keys.has(key)) this.addEverything();
    else this.#keys.set(key, ++this.#mark);
  }

  addEverything(): void {
    this.#everything = ++this.#mark;
    this.#keys.clear();
  }

  batch(size: number): PendingBatch {
    if (this.#everything !== undefined) return { keys: 'everything', mark: this.#mark };
    const keys: SanitizedKey[] = [];
    for (const key of this.#keys.keys()) {
      if (keys.length === size) break;
      keys.push(key);
    }
    return { keys, mark: this.#mark };
  }

  /** Layer 2 has taken the deletes of the batch. */
  settle(batch: PendingBatch): void {
    if (batch.keys === 'everything' && (this.#everything ?? Infinity) <= batch.mark) this.#everything = undefined;
    for (const key of batch.keys === 'everything' ? this.#keys.keys() : batch.keys) {
      if ((this.#keys.get(key) ?? Infinity) <= batch.mark) this.#keys.delete(key);
    }
  }
}
