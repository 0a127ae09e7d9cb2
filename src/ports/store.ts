import type { SanitizedKey } from './sanitized-key';

/** One write of {@link Store.setMany}. */
export interface StoreEntry {
  readonly key: SanitizedKey;
  readonly payload: string;
  /** Milliseconds that the store keeps the payload, above 0; `Infinity` keeps it until it is deleted. */
  readonly ttlMs: number;
}

/**
 * Layer 2: a shared, remote, opaque map from keys to payloads.
 *
 * Silence is an answer only when the server gave it: `undefined` means that it was asked and has nothing.
 * Whoever cannot reach the server, or is refused by it, rejects with a `CacheError`, `CACHE_TIER_UNAVAILABLE` or `CACHE_WRITE_REFUSED`.
 * Writes to one key take effect in the order of the calls, also when nobody waited in between.
 * Slowness is not a store's business: callers bring their own deadline, and a late answer is thrown away.
 */
export interface Store {
  get(key: SanitizedKey): Promise<string | undefined>;
  /** Answers in the order of the keys. */
  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]>;
  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void>;
  /** Rejects when any one entry was not taken; the others may have been. */
  setMany(entries: readonly StoreEntry[]): Promise<void>;
  /** An absent key is no error. */
  delete(keys: readonly SanitizedKey[]): Promise<void>;
  /** Deletes every key that starts with `prefix`, taken literally, and never anybody else's. */
  clear(prefix: SanitizedKey): Promise<void>;
}
