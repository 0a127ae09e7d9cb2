import { CacheableMemory } from 'cacheable';

import type { CacheKey } from '../../ports/cache-key';
import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import { approximateBytes } from './approximate-bytes';
import { ExpirySweep } from './expiry-sweep';

type Item = NonNullable<ReturnType<CacheableMemory['getRaw']>>;

/** A class: V8 learns to allocate literals that live long in old space, where a dead one keeps alive what it holds. Instances it does not. */
class Slot<V> {
  constructor(
    readonly value: V,
    /** In milliseconds of `Clock.elapsed()`, or {@link never}. */
    readonly deadAt: number,
    /** When its key last came to the front of the LRU list, by the store's count of such moves. */
    public movedAt: number,
  ) {}
}

/** Not `Infinity`: V8 keeps the field inside the slot as long as all of them are small integers. */
const never = -1;

/** Measured at 100 000 entries: what map, LRU list, item and slot take besides key and value. */
const bytesPerEntry = 210;

const sampleSize = 64;

/**
 * Layer 1 on the fastest path through `CacheableMemory`: one map, no clones, and no move in the LRU list for what is near its front.
 * Lifetimes are kept here, by the injected clock, because `CacheableMemory` would ask `Date.now()` on every hit.
 */
export class CacheableLocalStore<V> implements LocalStore<V> {
  readonly #clock: Clock;
  readonly #memory: CacheableMemory;
  readonly #sweep: ExpirySweep<Item>;
  readonly #listeners = new Set<(count: number) => void>();
  /** `CacheableMemory` makes room by deleting inside its `set`; no other delete happens there. */
  #setting = false;
  #evicted = 0;
  #expired = 0;
  /** How often a key came to the front of the LRU list. */
  #moves = 0;
  /** Moving a key costs as much as reading it, so what is this near to the front is left where it is: in the first quarter of a full list. */
  readonly #nearFront: number;

  /** @param options - `lruSize`: how many values it holds at most, above 0 */
  constructor({ lruSize, clock }: { readonly lruSize: number; readonly clock: Clock }) {
    this.#clock = clock;
    this.#nearFront = lruSize >> 2;
    this.#memory = new CacheableMemory({ lruSize, useClone: false, storeHashSize: 1 });
    this.#memory.onHook('AFTER_DELETE', () => {
      if (this.#setting) this.#evicted++;
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

  /** Noticed when it is read, replaced, deleted or swept, and so within a round of the sweep. */
  get expired(): number {
    return this.#expired;
  }

  /** Weighs the 64 entries that have been here longest, and takes the others for their like. */
  get approximateBytes(): number {
    const seen = new Set<unknown>();
    let weighed = 0;
    let bytes = 0;
    for (const item of this.#items()) {
      if (weighed === sampleSize) break;
      bytes += approximateBytes(item.key, seen) + approximateBytes((item.value as Slot<V>).value, seen);
      weighed++;
    }
    return weighed === 0 ? 0 : Math.round(this.size * (bytesPerEntry + bytes / weighed));
  }

  get(key: CacheKey): V | undefined {
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

  set(key: CacheKey, value: V, ttlMs: number): void {
    const deadAt = ttlMs === Infinity ? never : Math.ceil(this.#clock.elapsed() + ttlMs);
    const item = this.#item(key);
    if (item === undefined) this.#insert(key, new Slot(value, deadAt, ++this.#moves));
    else this.#replace(item, value, deadAt);
  }

  delete(key: CacheKey): boolean {
    const wasThere = this.get(key) !== undefined;
    if (wasThere) this.#memory.delete(key);
    return wasThere;
  }

  clear(): void {
    this.#memory.clear();
    this.#sweep.reset();
  }

  onEvict(listener: (count: number) => void): () => void {
    const told = (count: number): void => listener(count);
    this.#listeners.add(told);
    return () => void this.#listeners.delete(told);
  }

  /** Empties the store and leaves no timer behind. */
  dispose(): void {
    this.#sweep.stop();
    this.clear();
  }

  /** Past `getRaw`, which moves the key to the front each time. */
  #item(key: CacheKey): Item | undefined {
    return this.#memory.store[0]?.get(key);
  }

  #use(key: string, slot: Slot<V>): void {
    if (this.#moves - slot.movedAt <= this.#nearFront) return;
    this.#memory.getRaw(key);
    slot.movedAt = ++this.#moves;
  }

  #insert(key: CacheKey, slot: Slot<V>): void {
    this.#setting = true;
    this.#memory.set(key, slot);
    this.#setting = false;
    this.#sweep.wake();
    if (this.#evicted > 0) this.#reportEvictions();
  }

  /** The item stays: a new one would be allocated in old space. */
  #replace(item: Item, value: V, deadAt: number): void {
    const old = item.value as Slot<V>;
    if (!this.#isAlive(old)) this.#expired++;
    const slot = new Slot(value, deadAt, old.movedAt);
    item.value = slot;
    this.#use(item.key, slot);
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
    for (const listener of this.#listeners) listener(count);
  }
}
