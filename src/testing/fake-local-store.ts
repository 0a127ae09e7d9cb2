import type { SanitizedKey } from '../ports/sanitized-key';
import type { Clock } from '../ports/clock';
import type { LocalStore, LocalValue } from '../ports/local-store';

const bytesPerEntry = 100;

/** Bounds of a {@link FakeLocalStore}. */
interface Bounds<V> {
  readonly maxEntries?: number;
  readonly maxBytes?: number;
  /** Estimates a value; without it, all values count the same. */
  readonly bytesOf?: (value: V) => number;
}

/** L1 on a `Map`, bounded by number of entries and by their size: the least recently used entry is evicted. */
export class FakeLocalStore<V extends LocalValue> implements LocalStore<V> {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #bytesOf: (value: V) => number;
  /** In the order of use, the least recent first. */
  readonly #kept = new Map<SanitizedKey, V>();
  readonly #listeners = new Set<(count: number) => void>();
  #expired = 0;

  constructor(clock: Clock, { maxEntries = Infinity, maxBytes = Infinity, bytesOf = () => 0 }: Bounds<V> = {}) {
    this.#clock = clock;
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
  }

  get size(): number {
    return this.#kept.size;
  }

  get expired(): number {
    return this.#expired;
  }

  get approximateBytes(): number {
    let sum = 0;
    for (const { bytes } of this.#kept.values()) sum += bytes;
    return sum;
  }

  get(key: SanitizedKey): V | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    if (!this.#isAlive(kept)) {
      this.#expired++;
      return undefined;
    }
    this.#kept.set(key, kept);
    return kept;
  }

  peek(key: SanitizedKey): V | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && this.#isAlive(kept) ? kept : undefined;
  }

  set(key: SanitizedKey, value: V): void {
    this.get(key);
    this.#kept.delete(key);
    value.bytes ||= bytesPerEntry + this.#bytesOf(value);
    if (value.bytes > this.#maxBytes) return;
    this.#kept.set(key, value);
    let evicted = 0;
    while (this.#kept.size > this.#maxEntries || this.approximateBytes > this.#maxBytes) {
      this.#dropLeastRecent();
      evicted++;
    }
    if (evicted > 0) for (const listener of this.#listeners) listener(evicted);
  }

  delete(key: SanitizedKey): boolean {
    this.get(key);
    return this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }

  *keys(): Generator<SanitizedKey, undefined> {
    for (const [key, kept] of this.#kept) if (this.#isAlive(kept)) yield key;
  }

  onEvict(listener: (count: number) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #isAlive({ keepUntil }: V): boolean {
    return this.#clock.elapsed() < keepUntil;
  }

  #dropLeastRecent(): void {
    for (const leastRecent of this.#kept.keys()) {
      this.#kept.delete(leastRecent);
      break;
    }
  }
}
