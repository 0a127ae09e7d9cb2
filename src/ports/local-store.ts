import type { CacheKey } from './cache-key';

/**
 * Layer 1: live values in this process, bounded, synchronous, and never failing.
 * Values go in and come out by reference.
 */
export interface LocalStore<V> {
  /** `undefined` once the time given to {@link set} has passed. */
  get(key: CacheKey): V | undefined;
  /** @param ttlMs - milliseconds, above 0; `Infinity` keeps the value until it is evicted or deleted. */
  set(key: CacheKey, value: V, ttlMs: number): void;
  /** Whether there was something to delete. */
  delete(key: CacheKey): boolean;
  clear(): void;
  readonly size: number;
  /** How many values were dropped because their time was up, counted when that is noticed. */
  readonly expired: number;
  /** An estimate, for dashboards. */
  readonly approximateBytes: number;
  /**
   * Told how many values had to make room for others: by size, never by time or by call.
   * Returns the function that stops the listener.
   */
  onEvict(listener: (count: number) => void): () => void;
}
