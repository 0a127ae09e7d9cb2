import type { SanitizedKey } from '../../ports/sanitized-key';
import type { LocalEntry } from '../entry/entry';

/** Keys of one namespace, or all of them. */
export type InvalidKeys = readonly SanitizedKey[] | 'everything';

/** `changed`: an application wrote or deleted the keys. `repaired`: a load that had reached L2 too late was deleted from it. */
export type InvalidationKind = 'changed' | 'repaired';

/** Drops keys from L1, and from reads in flight, that another process has changed or repaired. */
export type OnInvalidation = (keys: InvalidKeys, kind: InvalidationKind) => void;

/** Pending keys that are being deleted in L2. */
export interface PendingBatch {
  readonly keys: InvalidKeys;
  /** A key that became pending after this moment stays pending when the batch is confirmed. */
  readonly mark: number;
}

interface WritesInFlight {
  count: number;
  /** The newest value, if it may be read before L2 has answered. */
  entry: LocalEntry | undefined;
}

/**
 * The keys of one namespace that L2 still has to delete, or for which it may hold a value that must not be read.
 * Until then L2's value for such a key counts as a miss. Bounded: past `limit` keys, all keys are pending.
 */
export class PendingInvalidations {
  readonly limit: number;
  /** Each key with the mark of its newest reason. */
  readonly #keys = new Map<SanitizedKey, number>();
  #everything: number | undefined;
  #readsAfter = -Infinity;
  #mark = 0;
  readonly #inFlight = new Map<SanitizedKey, WritesInFlight>();
  #clearsInFlight = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether L2's value for the key counts as a miss. */
  has(key: SanitizedKey): boolean {
    return this.#everything !== undefined || this.#clearsInFlight > 0 || this.#keys.has(key) || this.#inFlight.has(key);
  }

  /**
   * Marks a write as in flight: until the returned function is called, L2's value for the key counts as a miss.
   * @param entry - the value that readers get meanwhile, of a write that was answered before L2 has it
   */
  beginWrite(key: SanitizedKey, entry?: LocalEntry): () => void {
    const writes = this.#inFlight.get(key) ?? { count: 0, entry: undefined };
    writes.count++;
    writes.entry = entry;
    this.#inFlight.set(key, writes);
    return () => {
      if (--writes.count === 0) this.#inFlight.delete(key);
    };
  }

  /** As {@link beginWrite}, for all keys. */
  beginClear(): () => void {
    this.#clearsInFlight += 1;
    this.hideInFlight('everything');
    return () => {
      this.#clearsInFlight -= 1;
    };
  }

  /** The value of a write that was answered and that L2 does not have yet. */
  inFlight(key: SanitizedKey): LocalEntry | undefined {
    return this.#inFlight.get(key)?.entry;
  }

  /** From now on the values of these writes are not read: the keys were changed again, here or in another process. */
  hideInFlight(keys: InvalidKeys): void {
    for (const key of keys === 'everything' ? this.#inFlight.keys() : keys) {
      const writes = this.#inFlight.get(key);
      if (writes !== undefined) writes.entry = undefined;
    }
  }

  /**
   * Ends the wait for a deletion of all keys that L2 cannot make. From then on this process ignores every L2 value that was written up to `now`.
   * @param now - wall-clock milliseconds
   */
  giveUpEverything(now: number): void {
    this.#everything = undefined;
    this.#readsAfter = now;
  }

  /**
   * Whether a value of L2 is from before a deletion that was given up.
   * @param createdAt - wall-clock milliseconds
   */
  predatesGivenUpClear(createdAt: number): boolean {
    return createdAt <= this.#readsAfter;
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

  /** L2 has applied the deletes of the batch. */
  confirm(batch: PendingBatch): void {
    if (batch.keys === 'everything' && (this.#everything ?? Infinity) <= batch.mark) this.#everything = undefined;
    for (const key of batch.keys === 'everything' ? this.#keys.keys() : batch.keys) {
      if ((this.#keys.get(key) ?? Infinity) <= batch.mark) this.#keys.delete(key);
    }
  }
}
