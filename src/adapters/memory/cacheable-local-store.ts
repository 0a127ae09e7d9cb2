import { CacheableMemory } from 'cacheable';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import { ExpirySweep } from './expiry-sweep';

type Item = NonNullable<ReturnType<CacheableMemory['getRaw']>>;

/** A class: V8 learns to allocate literals that live long in old space, where a dead one keeps alive what it holds. Instances it does not. */
class Slot<V> {
  constructor(
    readonly value: V,
    /** In milliseconds of `Clock.elapsed()`, or {@link never}. */
    readonly deadAt: number,
    /** What it was taken for when it came, with its key: it may have grown since. */
    readonly bytes: number,
    /** When its key last came to the front of the LRU list, by the store's count of such moves. */
    public movedAt: number,
  ) {}
}

interface Bounds<V> {
  /** How many values it holds at most, above 0. */
  readonly lruSize: number;
  /** What they take at most. */
  readonly maxBytes: number;
  /** Asked once for each value that comes: an estimate, which costs little and never throws. */
  readonly bytesOf: (value: V) => number;
}

/** Not `Infinity`: V8 keeps the field inside the slot as long as all of them are small integers. */
const never = -1;

/** Measured at 100 000 entries: what map, LRU list, item and slot take besides the value and the characters of the key. */
const bytesPerEntry = 242;

/**
 * Layer 1 on the fastest path through `CacheableMemory`: one map, no clones, and no move in the LRU list for what is near its front.
 * Lifetimes are kept here, by the injected clock, because `CacheableMemory` would ask `Date.now()` on every hit.
 */
export class CacheableLocalStore<V> implements LocalStore<V> {
  readonly #clock: Clock;
  readonly #memory: CacheableMemory;
  readonly #sweep: ExpirySweep<Item>;
  readonly #listeners = new Set<(count: number) => void>();
  /** `CacheableMemory` makes room by deleting inside its `set`, and when it is to hold less; no other delete happens there. */
  #makingRoom = false;
  #evicted = 0;
  #expired = 0;
  /** Of all slots. */
  #bytes = 0;
  readonly #lruSize: number;
  readonly #maxBytes: number;
  readonly #bytesOf: (value: V) => number;
  /** How often a key came to the front of the LRU list. */
  #moves = 0;
  /** Moving a key costs as much as reading it, so what is this near to the front is left where it is: in the first quarter of a full list. */
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

  /** Noticed when it is read, replaced, deleted or swept, and so within a round of the sweep. */
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
    if (this.#bytes > this.#maxBytes) this.#lighten(key);
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
    this.#makingRoom = true;
    this.#memory.set(key, slot);
    this.#makingRoom = false;
    this.#sweep.wake();
  }

  /** The item stays: a new one would be allocated in old space. */
  #replace(item: Item, value: V, deadAt: number, bytes: number): void {
    const old = item.value as Slot<V>;
    if (!this.#isAlive(old)) this.#expired++;
    const slot = new Slot(value, deadAt, bytes, old.movedAt);
    item.value = slot;
    this.#bytes += bytes - old.bytes;
    this.#use(item.key, slot);
  }

  /** Lets go of what was used longest ago, though never of what has just come, which alone is light enough. */
  #lighten(newest: SanitizedKey): void {
    const item = this.#item(newest);
    if (item !== undefined) this.#moveToFront(newest, item.value as Slot<V>);
    this.#makingRoom = true;
    // The one way to its oldest. At 0 it would forget its list.
    while (this.#bytes > this.#maxBytes && this.#memory.size > 1) this.#memory.lruSize = this.#memory.size - 1;
    this.#memory.lruSize = this.#lruSize;
    this.#makingRoom = false;
  }

  /** How many there are room for, as long as those that come are as large as those that are here. */
  #capacity(): number {
    return Math.min(this.#lruSize, (this.#memory.size * this.#maxBytes) / this.#bytes);
  }

  #forget(key: string): void {
    const item = this.#item(key);
    if (item === undefined) return;
    this.#bytes -= (item.value as Slot<V>).bytes;
    if (this.#makingRoom) this.#evicted++;
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
