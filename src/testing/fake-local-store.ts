import type { CacheKey } from '../ports/cache-key';
import type { Clock } from '../ports/clock';
import type { LocalStore } from '../ports/local-store';

interface Kept<V> {
  readonly value: V;
  readonly expiresAt: number;
}

/** Any number will do that grows with the content. */
const bytesPerEntry = 100;

/** Layer 1 on a `Map`, bounded by number of entries: what was used least recently makes room. */
export class FakeLocalStore<V> implements LocalStore<V> {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  /** In the order of use, the least recent first. */
  readonly #kept = new Map<CacheKey, Kept<V>>();
  readonly #listeners = new Set<(count: number) => void>();
  #expired = 0;

  constructor(clock: Clock, options: { readonly maxEntries: number } = { maxEntries: Infinity }) {
    this.#clock = clock;
    this.#maxEntries = options.maxEntries;
  }

  get size(): number {
    return this.#kept.size;
  }

  get expired(): number {
    return this.#expired;
  }

  get approximateBytes(): number {
    return this.#kept.size * bytesPerEntry;
  }

  get(key: CacheKey): V | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    if (this.#isDead(kept)) return undefined;
    this.#kept.set(key, kept);
    return kept.value;
  }

  set(key: CacheKey, value: V, ttlMs: number): void {
    this.get(key);
    this.#kept.delete(key);
    this.#kept.set(key, { value, expiresAt: this.#clock.elapsed() + ttlMs });
    if (this.#kept.size > this.#maxEntries) this.#evict();
  }

  delete(key: CacheKey): boolean {
    this.get(key);
    return this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }

  onEvict(listener: (count: number) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #isDead({ expiresAt }: Kept<V>): boolean {
    const dead = expiresAt <= this.#clock.elapsed();
    if (dead) this.#expired++;
    return dead;
  }

  #evict(): void {
    for (const leastRecent of this.#kept.keys()) {
      this.#kept.delete(leastRecent);
      break;
    }
    for (const listener of this.#listeners) listener(1);
  }
}
