import type { SanitizedKey } from './sanitized-key';

/**
 * Layer 1: live values in this process, bounded by their number and by the memory they take, synchronous, and never failing.
 * Values go in and come out by reference.
 */
export interface LocalStore<V> {
  /** `undefined` once the time given to {@link set} has passed. */
  get(key: SanitizedKey): V | undefined;
  /** As {@link get}, without counting as a use. */
  peek(key: SanitizedKey): V | undefined;
  /**
   * Keeps the value, unless it is too large for the whole store: then nothing is kept under the key, the former value neither.
   * @param ttlMs - milliseconds, above 0; `Infinity` keeps the value until it is evicted or deleted.
   */
  set(key: SanitizedKey, value: V, ttlMs: number): void;
  /** Whether there was something to delete. */
  delete(key: SanitizedKey): boolean;
  clear(): void;
  /** Of all that {@link peek} would find, in no particular order; none of it is used by that. The store may change meanwhile. */
  keys(): IterableIterator<SanitizedKey>;
  readonly size: number;
  /** How many values were dropped because their time was up, counted when that is noticed. */
  readonly expired: number;
  /** What the values take by the estimate that bounds them. */
  readonly approximateBytes: number;
  /**
   * Told how many values had to make room for others: by size, never by time or by call.
   * Returns the function that stops the listener.
   */
  onEvict(listener: (count: number) => void): () => void;
}
