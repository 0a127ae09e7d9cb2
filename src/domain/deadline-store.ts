import type { CacheKey } from '../ports/cache-key';
import type { Clock } from '../ports/clock';
import type { Store, StoreEntry } from '../ports/store';
import { withDeadline } from './deadline';
import { CacheError } from './errors/cache-error';
import type { Deadlines } from './options';

/**
 * Gives every call to layer 2 a deadline of its own, outside the client: no client that we know keeps its own in all states.
 * A write that ran out of time may still be applied by the server; it is the caller who has to remember that.
 */
export class DeadlineStore implements Store {
  readonly #inner: Store;
  readonly #deadlines: Deadlines;
  readonly #clock: Clock;

  constructor(inner: Store, deadlines: Deadlines, clock: Clock) {
    this.#inner = inner;
    this.#deadlines = deadlines;
    this.#clock = clock;
  }

  get(key: CacheKey): Promise<string | undefined> {
    return this.#limit(this.#inner.get(key), this.#deadlines.readMs);
  }

  getMany(keys: readonly CacheKey[]): Promise<(string | undefined)[]> {
    return this.#limit(this.#inner.getMany(keys), this.#deadlines.readMs);
  }

  set(key: CacheKey, payload: string, ttlMs: number): Promise<void> {
    return this.#limit(this.#inner.set(key, payload, ttlMs), this.#deadlines.writeMs);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    return this.#limit(this.#inner.setMany(entries), this.#deadlines.writeMs);
  }

  delete(keys: readonly CacheKey[]): Promise<void> {
    return this.#limit(this.#inner.delete(keys), this.#deadlines.writeMs);
  }

  clear(prefix: CacheKey): Promise<void> {
    return this.#limit(this.#inner.clear(prefix), this.#deadlines.clearMs);
  }

  #limit<T>(work: Promise<T>, ms: number): Promise<T> {
    return withDeadline(
      work,
      ms,
      this.#clock,
      () => new CacheError('CACHE_TIER_UNAVAILABLE', `layer 2 did not answer within ${String(ms)} ms`),
    );
  }
}
