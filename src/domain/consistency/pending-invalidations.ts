import type { SanitizedKey } from '../../ports/sanitized-key';
import type { LocalEntry } from '../entry/entry';
import type { InvalidationMode } from './tag-epochs';

/** Keys of one namespace, or all of them. */
export type InvalidKeys = readonly SanitizedKey[] | 'everything';

/**
 * `changed`: an application wrote or deleted the keys. `repaired`: a load that had reached L2 too late was deleted from it. `removed`, `expired`: the keys
 * are names of tags, whose entries were invalidated.
 */
export type InvalidationKind = 'changed' | 'repaired' | 'removed' | 'expired';

/** Where a namespace is notified of the changes of other processes. */
export interface InvalidationReceiver {
  invalidated(keys: InvalidKeys, kind: InvalidationKind): void;
  /** No message has arrived for so long that all entries are in doubt. */
  doubted(): void;
}

/** Pending keys that are being deleted in L2. */
export interface PendingBatch {
  readonly keys: InvalidKeys;
  /** Invalidated before the keys. */
  readonly tags: readonly PendingTag[];
  /** A key that became pending after this moment stays pending when the batch is confirmed. */
  readonly mark: number;
}

export interface PendingTag {
  readonly name: SanitizedKey;
  readonly mode: InvalidationMode;
}

/** A write that L2 has not answered. */
export interface WriteInFlight {
  /** Whether this process has neither written nor invalidated the key since the write began. To store a loaded value is no such change. */
  readonly isNewest: boolean;
  end(): void;
}

interface WritesInFlight {
  count: number;
  /** The last change of the key by this process; `undefined` if all keys were changed after it. */
  newest: object | undefined;
  /** The newest value, if it may be read before L2 has answered. */
  entry: LocalEntry | undefined;
}

/**
 * The keys and tags of one namespace that L2 still has to invalidate, or for which it may hold a value that must not be read.
 * Until then L2's value for such a key counts as a miss. Bounded: past `limit` keys and tags, all keys are pending.
 */
export class PendingInvalidations {
  readonly limit: number;
  readonly #above: PendingInvalidations | undefined;
  /** Each key with the mark of its newest reason. */
  readonly #keys = new Map<SanitizedKey, number>();
  readonly #tags = new Map<SanitizedKey, { readonly mark: number; readonly mode: InvalidationMode }>();
  #everything: number | undefined;
  #mark = 0;
  readonly #inFlight = new Map<SanitizedKey, WritesInFlight>();
  #clearsInFlight = 0;
  /** How many invalidations of each tag are in flight. */
  readonly #tagsInFlight = new Map<SanitizedKey, number>();

  /** @param above - of the namespace whose tags this one shares, for its tags and for everything */
  constructor(limit: number, above?: PendingInvalidations) {
    this.limit = limit;
    this.#above = above;
  }

  /** Whether L2's value for the key counts as a miss. */
  has(key: SanitizedKey): boolean {
    return this.hidesEverything || this.#keys.has(key) || this.#inFlight.has(key);
  }

  /** Whether L2's value with these tags counts as a miss. */
  hasTag(names: readonly SanitizedKey[]): boolean {
    if (this.#above?.hasTag(names) === true) return true;
    if (this.#tags.size + this.#tagsInFlight.size === 0) return false;
    return names.some((name) => this.#tags.has(name) || this.#tagsInFlight.has(name));
  }

  /**
   * Marks a write as in flight: until it ends, L2's value for the key counts as a miss.
   * @param entry - the value that readers get meanwhile, of a write that was answered before L2 has it
   */
  beginWrite(key: SanitizedKey, entry?: LocalEntry): WriteInFlight {
    const { write, writes } = this.#begin(key, entry);
    writes.newest = write;
    return write;
  }

  /** As {@link beginWrite}, for a loaded value. */
  beginStore(key: SanitizedKey, entry?: LocalEntry): WriteInFlight {
    return this.#begin(key, entry).write;
  }

  /** As {@link beginWrite}, for all entries with one of the tags. */
  beginTags(names: readonly SanitizedKey[]): () => void {
    for (const name of names) this.#tagsInFlight.set(name, (this.#tagsInFlight.get(name) ?? 0) + 1);
    return () => {
      for (const name of names) {
        const left = (this.#tagsInFlight.get(name) ?? 0) - 1;
        if (left > 0) this.#tagsInFlight.set(name, left);
        else this.#tagsInFlight.delete(name);
      }
    };
  }

  /** As {@link beginWrite}, for all keys. */
  beginClear(): () => void {
    this.#clearsInFlight += 1;
    this.hideInFlight('everything');
    for (const writes of this.#inFlight.values()) writes.newest = undefined;
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

  /** Keys and tags that are pending; `Infinity` for everything. */
  get size(): number {
    return this.#everything === undefined ? this.#keys.size + this.#tags.size : Infinity;
  }

  add(key: SanitizedKey): void {
    if (this.#isFull && !this.#keys.has(key)) this.addEverything();
    else this.#keys.set(key, ++this.#mark);
  }

  addTags(names: readonly SanitizedKey[], mode: InvalidationMode): void {
    const mark = ++this.#mark;
    for (const name of names) {
      if (this.#isFull && !this.#tags.has(name)) {
        this.addEverything();
        return;
      }
      // What is removed need not expire.
      const isRemoved = this.#tags.get(name)?.mode === 'remove';
      this.#tags.set(name, { mark, mode: isRemoved ? 'remove' : mode });
    }
  }

  addEverything(): void {
    this.#everything = ++this.#mark;
    this.#keys.clear();
    this.#tags.clear();
  }

  batch(size: number): PendingBatch {
    if (this.#everything !== undefined) return { keys: 'everything', tags: [], mark: this.#mark };
    const tags = [...this.#tags].map(([name, { mode }]) => ({ name, mode }));
    const keys: SanitizedKey[] = [];
    for (const key of this.#keys.keys()) {
      if (keys.length === size) break;
      keys.push(key);
    }
    return { keys, tags, mark: this.#mark };
  }

  /** L2 has applied the invalidations of the batch. */
  confirm({ keys, mark, tags }: PendingBatch): void {
    if (keys === 'everything' && (this.#everything ?? Infinity) <= mark) this.#everything = undefined;
    for (const key of keys === 'everything' ? this.#keys.keys() : keys) {
      if ((this.#keys.get(key) ?? Infinity) <= mark) this.#keys.delete(key);
    }
    for (const name of keys === 'everything' ? this.#tags.keys() : tags.map((tag) => tag.name))
      if ((this.#tags.get(name)?.mark ?? Infinity) <= mark) this.#tags.delete(name);
  }

  /** Whether L2's values count as misses, whatever their keys. */
  get hidesEverything(): boolean {
    return this.#everything !== undefined || this.#clearsInFlight > 0 || this.#above?.hidesEverything === true;
  }

  #begin(key: SanitizedKey, entry: LocalEntry | undefined): { readonly write: WriteInFlight; readonly writes: WritesInFlight } {
    const writes = this.#inFlight.get(key) ?? { count: 0, newest: undefined, entry: undefined };
    writes.count++;
    writes.entry = entry;
    this.#inFlight.set(key, writes);
    const end = (): void => {
      if (--writes.count === 0) this.#inFlight.delete(key);
    };
    const write = {
      end,
      get isNewest(): boolean {
        return writes.newest === write;
      },
    };
    return { write, writes };
  }

  get #isFull(): boolean {
    return this.#keys.size + this.#tags.size >= this.limit;
  }
}
