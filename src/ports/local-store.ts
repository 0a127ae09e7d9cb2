import type { SanitizedKey } from './sanitized-key';

/**
 * A value of L1, with its end and the notes of the store that holds it: an entry is one object, because there may be a million of them.
 *
 * Make a new object for each {@link LocalStore.set}. A value that is set again, or under a second key, is held and counted for each key, with the
 * estimate of the first time; the order of eviction is then approximate.
 */
export interface LocalValue {
  /** The store drops the value at this instant, in milliseconds of `Clock.elapsed()`. `Infinity` keeps it until it is evicted or deleted. */
  readonly keepUntil: number;
  /** Written by the store: the estimated memory of the value; 0 before it is estimated. */
  bytes: number;
  /** Written by the store: marks the last use. */
  usedAt: number;
}

/**
 * L1: values in this process, bounded by number and by estimated memory. Synchronous; never throws.
 * Values are stored and returned by reference.
 */
export interface LocalStore<V extends LocalValue> {
  /** `undefined` from {@link LocalValue.keepUntil} on. */
  get(key: SanitizedKey): V | undefined;
  /** As {@link get}, but does not count as a use. */
  peek(key: SanitizedKey): V | undefined;
  /** Keeps the value. A value that is too large for the whole store is not kept, and the former value of the key is removed. */
  set(key: SanitizedKey, value: V): void;
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
