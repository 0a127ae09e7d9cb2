import { CacheableMemory } from 'cacheable';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import { Listeners } from '../../domain/listeners';
import { ExpirySweep } from './expiry-sweep';

type Item = NonNullable<ReturnType<CacheableMemory['getRaw']>>;

/** A class, not an object literal: V8 learns to allocate long-lived literals in old space, where a dead one keeps its value alive until the next full collection. */
class Slot<V> {
  constructor(
    readonly value: V,
    /** In milliseconds of `Clock.elapsed()`, or {@link never}. */
    readonly deadAt: number,
    /** The estimate for value and key at the time of the write; the value may have grown since. */
    readonly bytes: number,
    /** When its key last moved to the front of the LRU list, by the store's count of such moves. */
    public movedAt: number,
  ) {}
}

interface Bounds<V> {
  /** The number of values, above 0. */
  readonly lruSize: number;
  /** Of all values together, estimated. */
  readonly maxBytes: number;
  /** Estimates a value; called once for each write. Must be cheap and must not throw. */
  readonly bytesOf: (value: V) => number;
}

/** Not `Infinity`: V8 stores the field without a heap number as long as all values are small integers. */
const never = -1;

/** Map, LRU list, item and slot, without the value and the characters of the key. Measured at 100 000 entries. */
const bytesPerEntry = 242;

/**
 * L1 on the fastest path through `CacheableMemory`: one map, no clones, and no move in the LRU list for a key near its front.
 * Expiry is checked here, by the injected clock, because `CacheableMemory` would call `Date.now()` on every hit.
 */
export class CacheableLocalStore<V> implements LocalStore<V> {
  readonly #clock: Clock;
  readonly #memory: CacheableMemory;
  readonly #sweep: ExpirySweep<Item>;
  readonly #evictions = new Listeners<[count: number]>();
  /**
   * `CacheableMemory` deletes inside its `set` and when `lruSize` is lowered only to evict. This flag distinguishes those deletes from the store's
   * own.
   */
  #isEvicting = false;
  #evicted = 0;
  #expired = 0;
  /** The sum over all slots. */
  #bytes = 0;
  readonly #lruSize: number;
  readonly #maxBytes: number;
  readonly #bytesOf: (value: V) => number;
  /** How many times a key moved to the front of the LRU list. */
  #moves = 0;
  /** A key that at most so many others have passed is not moved: it is in the first quarter of a full list, and a move costs as much as a read. */
  #nearFront: number;

  constructor({ lruSize, maxBytes, bytesOf, clock }: Bounds<V> & { readonly clock: Clock }) {
    this.#clock = clock;
    this.#lruSize = lruSize;
    this.#maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
    this.#nearFront = lruSize >> 2;
    this.#memory = new CacheableMemory({ lruSize, useClone: false, storeHashSize: 1 });
    this.#memory.onHook('BEFORE_DELETE', (key: string) => {
      this.#forget(key);
    });
    this.#sweep = new ExpirySweep(
      clock,
      () => this.#items(),
      (item) => this.#dropIfDead(item),
    );
  }

  get size(): number {
    return this.#memory.size;
  }

  /** Counted when an expired value is read, replaced, deleted or swept, so at the latest within one round of the sweep. */
  get expired(): number {
    return this.#expired;
  }

  get approximateBytes(): number {
    return this.#bytes;
  }

  get(key: SanitizedKey): V | undefined {
    const item = this.#item(key);
    if (item === undefined) return undefined;
    const slot = item.value as Slot<V>;
    if (this.#isAlive(slot)) {
      this.#use(key, slot);
      return slot.value;
    }
    this.#drop(key);
    return undefined;
  }

  peek(key: SanitizedKey): V | undefined {
    const slot = this.#item(key)?.value as Slot<V> | undefined;
    return slot !== undefined && this.#isAlive(slot) ? slot.value : undefined;
  }

  set(key: SanitizedKey, value: V, ttlMs: number): void {
    const bytes = bytesPerEntry + key.length + this.#bytesOf(value);
    if (bytes > this.#maxBytes) {
      this.delete(key);
      return;
    }
    const deadAt = ttlMs === Infinity ? never : Math.ceil(this.#clock.elapsed() + ttlMs);
    const item = this.#item(key);
    if (item === undefined) this.#insert(key, new Slot(value, deadAt, bytes, ++this.#moves));
    else this.#replace(item, value, deadAt, bytes);
    if (this.#bytes > this.#maxBytes) this.#evictToFit(key);
    this.#nearFront = this.#capacity() >> 2;
    if (this.#evicted > 0) this.#reportEvictions();
  }

  delete(key: SanitizedKey): boolean {
    const wasThere = this.get(key) !== undefined;
    if (wasThere) this.#memory.delete(key);
    return wasThere;
  }

  clear(): void {
    this.#memory.clear();
    this.#bytes = 0;
    this.#sweep.reset();
  }

  *keys(): Generator<SanitizedKey, undefined> {
    for (const { key, value } of this.#items()) if (this.#isAlive(value as Slot<V>)) yield key as SanitizedKey;
  }

  onEvict(listener: (count: number) => void): () => void {
    return this.#evictions.add(listener);
  }

  /** Empties the store, and stops its timer. */
  dispose(): void {
    this.#sweep.stop();
    this.clear();
  }

  /** Does not call `getRaw`, which moves the key to the front each time. */
  #item(key: string): Item | undefined {
    return this.#memory.store[0]?.get(key);
  }

  #use(key: string, slot: Slot<V>): void {
    if (this.#moves - slot.movedAt > this.#nearFront) this.#moveToFront(key, slot);
  }

  #moveToFront(key: string, slot: Slot<V>): void {
    this.#memory.getRaw(key);
    slot.movedAt = ++this.#moves;
  }

  #insert(key: SanitizedKey, slot: Slot<V>): void {
    this.#bytes += slot.bytes;
    this.#isEvicting = true;
    this.#memory.set(flatCopy(key), slot);
    this.#isEvicting = false;
    this.#sweep.wake();
  }

  /** Reuses the item: a new one would be allocated in old space. */
  #replace(item: Item, value: V, deadAt: number, bytes: number): void {
    const old = item.value as Slot<V>;
    if (!this.#isAlive(old)) this.#expired++;
    const slot = new Slot(value, deadAt, bytes, old.movedAt);
    item.value = slot;
    this.#bytes += bytes - old.bytes;
    this.#use(item.key, slot);
  }

  /** Evicts the least recently used entries. Keeps the newest one, which fits by itself. */
  #evictToFit(newest: SanitizedKey): void {
    const item = this.#item(newest);
    if (item !== undefined) this.#moveToFront(newest, item.value as Slot<V>);
    this.#isEvicting = true;
    // Lowering `lruSize` is the only access to the oldest entry. At 0 `CacheableMemory` would drop its list.
    while (this.#bytes > this.#maxBytes && this.#memory.size > 1) this.#memory.lruSize = this.#memory.size - 1;
    this.#memory.lruSize = this.#lruSize;
    this.#isEvicting = false;
  }

  /** How many entries fit, if new ones are as large as the present ones. */
  #capacity(): number {
    return Math.min(this.#lruSize, (this.#memory.size * this.#maxBytes) / this.#bytes);
  }

  #forget(key: string): void {
    const item = this.#item(key);
    if (item === undefined) return;
    this.#bytes -= (item.value as Slot<V>).bytes;
    if (this.#isEvicting) this.#evicted++;
  }

  *#items(): Generator<Item> {
    for (const map of this.#memory.store) yield* map.values();
  }

  #isAlive(slot: Slot<V>): boolean {
    return this.#clock.elapsed() < slot.deadAt || slot.deadAt === never;
  }

  #dropIfDead(item: Item): void {
    if (!this.#isAlive(item.value as Slot<V>)) this.#drop(item.key);
  }

  #drop(key: string): void {
    this.#memory.delete(key);
    this.#expired++;
  }

  #reportEvictions(): void {
    const count = this.#evicted;
    this.#evicted = 0;
    this.#evictions.notify(count);
  }
}

const scratch = Buffer.allocUnsafe(2_048);

/** A key may be a slice, which keeps the whole text alive that it was cut from: a request, for instance. */
function flatCopy(key: string): string {
  if (key.length > scratch.length / 3) return Buffer.from(key, 'utf16le').toString('utf16le');
  const copy = scratch.toString('utf8', 0, scratch.write(key));
  return copy === key ? copy : key;
}
