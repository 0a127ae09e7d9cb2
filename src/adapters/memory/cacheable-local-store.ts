import { CacheableMemory } from 'cacheable';
import { Listeners } from '../../domain/shared/listeners';
import type { Clock } from '../../ports/clock';
import type { LocalStore, LocalValue } from '../../ports/local-store';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { ExpirySweep } from './expiry-sweep';
import { Slabs } from './slabs';

type Item = NonNullable<ReturnType<CacheableMemory['getRaw']>>;

interface Bounds<V extends LocalValue> {
  /** The number of values, above 0. */
  readonly lruSize: number;
  /** Of all values together, estimated. */
  readonly maxBytes: number;
  /** Estimates a value; called once for each. Must be cheap and must not throw. Memory that others are cut from too goes to `onSlab` instead. */
  readonly bytesOf: (value: V, onSlab: (slab: ArrayBufferLike) => void) => number;
}

/** Map, LRU list and item, without the value and the characters of the key. Measured at 100 000 entries. */
const bytesPerEntry = 200;

/**
 * L1 on the fastest path through `CacheableMemory`: one map, no clones, and no move in the LRU list for a key near its front.
 * Expiry is checked here, by the injected clock, because `CacheableMemory` would call `Date.now()` on every hit.
 */
export class CacheableLocalStore<V extends LocalValue> implements LocalStore<V> {
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
  /** The sum over all entries. */
  #bytes = 0;
  readonly #lruSize: number;
  readonly #maxBytes: number;
  readonly #bytesOf: Bounds<V>['bytesOf'];
  readonly #slabs = new Slabs<V>();
  /** How many times a key moved to the front of the LRU list. Overflows to negative numbers: a small integer takes no memory besides its field. */
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
    const value = this.#held(key);
    if (value === undefined) return undefined;
    if (this.#isAlive(value)) {
      this.#use(key, value);
      return value;
    }
    this.#drop(key);
    return undefined;
  }

  peek(key: SanitizedKey): V | undefined {
    const value = this.#held(key);
    return value !== undefined && this.#isAlive(value) ? value : undefined;
  }

  set(key: SanitizedKey, value: V): void {
    const bytes = value.bytes || this.#measure(value);
    if (bytes + this.#slabs.bytesOf(value) + overhead(key) > this.#maxBytes) {
      this.delete(key);
      return;
    }
    value.bytes = bytes;
    const item = this.#item(key);
    if (item === undefined) this.#insert(key, value);
    else this.#replace(item, value);
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
    this.#slabs.clear();
    this.#bytes = 0;
    this.#sweep.reset();
  }

  *keys(): Generator<SanitizedKey, undefined> {
    for (const { key, value } of this.#items()) if (this.#isAlive(value as V)) yield key as SanitizedKey;
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

  #held(key: string): V | undefined {
    return this.#item(key)?.value as V | undefined;
  }

  #use(key: string, value: V): void {
    if ((this.#moves - value.usedAt) >>> 0 > this.#nearFront) this.#moveToFront(key, value);
  }

  #moveToFront(key: string, value: V): void {
    this.#memory.getRaw(key);
    value.usedAt = this.#nextMove();
  }

  #nextMove(): number {
    return (this.#moves = (this.#moves + 1) | 0);
  }

  #measure(value: V): number {
    let slabs: Set<ArrayBufferLike> | undefined;
    const bytes = this.#bytesOf(value, (slab) => (slabs ??= new Set()).add(slab));
    if (slabs !== undefined) this.#slabs.note(value, slabs);
    return Math.ceil(bytes);
  }

  #insert(key: SanitizedKey, value: V): void {
    this.#bytes += value.bytes + this.#slabs.hold(value) + overhead(key);
    value.usedAt = this.#nextMove();
    this.#isEvicting = true;
    this.#memory.set(flatCopy(key), value);
    this.#isEvicting = false;
    this.#sweep.wake();
  }

  /** Reuses the item: a new one would be allocated in old space. */
  #replace(item: Item, value: V): void {
    const old = item.value as V;
    if (!this.#isAlive(old)) this.#expired++;
    item.value = value;
    this.#bytes += value.bytes + this.#slabs.hold(value) - old.bytes - this.#slabs.release(old);
    value.usedAt = old.usedAt;
    this.#use(item.key, value);
  }

  /** Evicts the least recently used entries. Keeps the newest one, which fits by itself. */
  #evictToFit(newest: SanitizedKey): void {
    const value = this.#held(newest);
    if (value !== undefined) this.#moveToFront(newest, value);
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
    const value = this.#held(key);
    if (value === undefined) return;
    this.#bytes -= value.bytes + this.#slabs.release(value) + overhead(key);
    if (this.#isEvicting) this.#evicted++;
  }

  *#items(): Generator<Item> {
    for (const map of this.#memory.store) yield* map.values();
  }

  #isAlive(value: V): boolean {
    return this.#clock.elapsed() < value.keepUntil;
  }

  #dropIfDead(item: Item): void {
    if (!this.#isAlive(item.value as V)) this.#drop(item.key);
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

function overhead(key: string): number {
  return bytesPerEntry + key.length;
}

const scratch = Buffer.allocUnsafe(2_048);

/** A key may be a slice, which keeps the whole text alive that it was cut from: a request, for instance. */
function flatCopy(key: string): string {
  if (key.length > scratch.length / 3) return utf16Copy(key);
  const copy = scratch.toString('utf8', 0, scratch.write(key));
  return copy === key ? copy : utf16Copy(key);
}

/** UTF-8 would change half a surrogate pair. */
function utf16Copy(key: string): string {
  return Buffer.from(key, 'utf16le').toString('utf16le');
}
