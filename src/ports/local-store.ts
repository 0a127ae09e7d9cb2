import type { SanitizedKey } from './sanitized-key';

/**
 * L1: values in this process, bounded by number and by estimated memory. Synchronous; never throws.
 * Values are stored and returned by reference.
 */
export interface LocalStore<V> {
  /** `undefined` once the time given to {@link set} has passed. */
  get(key: SanitizedKey): V | undefined;
  /** As {@link get}, but does not count as a use. */
  peek(key: SanitizedKey): V | undefined;
  /**
   * Keeps the value. A value that is too large for the whole store is not kept, and the former value of the key is removed.
   * @param ttlMs - milliseconds, above 0; `Infinity` keeps the value until it is evicted or deleted.
   */
  set(key: SanitizedKey, value: V, ttlMs: number): void;
  /** Whether the key had a value. */
  delete(key: SanitizedKey): boolean;
  clear(): void;
  /** All keys that {@link peek} would find, in no particular order. Does not count as a use. The store may change during the iteration. */
  keys(): IterableIterator<SanitizedKey>;
  readonly size: number;
  /** How many values were removed because they had expired, counted when that is noticed. */
  readonly expired: number;
  /** Estimated memory of all values: the estimate that bounds them. */
  readonly approximateBytes: number;
  /**
   * Called with the number of values that were removed to make room: by size, never by time or by call.
   * Returns a function that removes the listener.
   */
  onEvict(listener: (count: number) => void): () => void;
}
