import { CacheableMemory } from 'cacheable';

import type { CacheKey } from '../../ports/cache-key';
import type { Clock } from '../../ports/clock';
import type { LocalStore } from '../../ports/local-store';
import { approximateBytes } from './approximate-bytes';
import { ExpirySweep } from './expiry-sweep';

type Item = NonNullable<ReturnType<CacheableMemory['getRaw']>>;

/** A class, because V8 learns to put literals that live long where a dead one keeps alive what it holds. */
class Slot<V> {
  constructor(
    readonly value: V,
    /** In milliseconds of `Clock.elapsed()`, or {@link never}. */
    readonly deadAt: number,
  ) {}
}

/** Not `Infinity`: V8 keeps the field inside the slot as long as all of them are small integers. */
const never = -1;

/** Measured at 100 000 entries: what map, LRU list, item and slot take besides key and value. */
const bytesPerEntry = 210;

const sampleSize = 64;

/**
 * Layer 1 on the fastest path through `CacheableMemory`: one map, no clones, `getRaw`.
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

  /** @param options - `lruSize`: how many values it holds at most, above 0 */
  constructor({ lruSize, clock }: { readonly lruSize: number; readonly clock: Clock }) {
    this.#clock = clock;
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

  /** Weighs the 64 entries that have been here longest, and takes the others for their like. */
  get approximateBytes(): number {
    let weighed = 0;
    let bytes = 0;
    for (const item of this.#items()) {
      if (weighed === sampleSize) break;
      bytes += approximateBytes(item.key) + approximateBytes((item.value as Slot<V>).value);
      weighed++;
    }
    return weighed === 0 ? 0 : Math.round(this.size * (bytesPerEntry + bytes / weighed));
  }

  get(key: CacheKey): V | undefined {
    const item = this.#memory.getRaw(key);
    if (item === undefined) return undefined;
    const slot = item.value as Slot<V>;
    if (this.#isAlive(slot)) return slot.value;
    this.#memory.delete(key);
    return undefined;
  }

  set(key: CacheKey, value: V, ttlMs: number): void {
    const deadAt = ttlMs === Infinity ? never : Math.ceil(this.#clock.elapsed() + ttlMs);
    this.#setting = true;
    this.#memory.set(key, new Slot(value, deadAt));
    this.#setting = false;
    this.#sweep.wake();
    if (this.#evicted > 0) this.#reportEvictions();
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

  *#items(): Generator<Item> {
    for (const map of this.#memory.store) yield* map.values();
  }

  #isAlive(slot: Slot<V>): boolean {
    return this.#clock.elapsed() < slot.deadAt || slot.deadAt === never;
  }

  #dropIfDead(item: Item): void {
    if (!this.#isAlive(item.value as Slot<V>)) this.#memory.delete(item.key);
  }

  #reportEvictions(): void {
    const count = this.#evicted;
    this.#evicted = 0;
    for (const listener of this.#listeners) listener(count);
  }
}
