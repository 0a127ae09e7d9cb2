import type { SanitizedKey } from './sanitized-key';

/** One write of {@link Store.setMany}. */
export interface StoreEntry {
  readonly key: SanitizedKey;
  readonly payload: string;
  /** Milliseconds that the store keeps the payload, above 0; `Infinity` keeps it until it is deleted. */
  readonly ttlMs: number;
}

/** Texts of the state and the tags, in the order of their keys; `undefined` for a tag that does not exist. */
export type TagTexts = readonly (string | undefined)[];

/** A change of the times at which entries were invalidated; see {@link Store.updateTags}. */
export interface TagUpdate {
  /** The key of the namespace's state: `<clock>,<cleared>`. */
  readonly state: SanitizedKey;
  /** The keys of the tags: `<removed>,<expired>`. */
  readonly tags: readonly SanitizedKey[];
  /**
   * `'remove'`, `'expire'`: steps the clock, and writes its time to the tags that exist, or without tags to the namespace's `cleared`. `'none'`: writes
   * the present time of the clock to the tags that are missing.
   */
  readonly change: 'none' | 'remove' | 'expire';
  /** A time that the clock had: an invalidation is later, also on a server that lost the last steps in a failover. 0 for none. */
  readonly atLeast: number;
  /** Milliseconds that the tags are kept at least; `Infinity` keeps them until they are deleted. */
  readonly tagTtlMs: number;
}

/** A change of the text of one key that depends on what the key holds; see {@link Store.updateRow}. */
export type RowUpdate =
  /** Puts a lease in front of the payload that the caller has read, or of none; a lease that has not ended stays. */
  | { readonly change: 'lease'; readonly lease: string; readonly leaseMs: number; readonly payload: string | undefined }
  /** Lengthens the caller's own lease. */
  | { readonly change: 'renew'; readonly lease: string; readonly leaseMs: number }
  /** Stores a payload in place of the lease. */
  | { readonly change: 'replace'; readonly lease: string; readonly payload: string; readonly ttlMs: number }
  /** Takes the lease away, and leaves the payload. */
  | { readonly change: 'release'; readonly lease: string }
  /** Marks the payload as expired now, and takes any lease away. */
  | { readonly change: 'expire' }
  /** Stores a payload in place of another one, if the key holds that one without a mark. */
  | { readonly change: 'swap'; readonly seen: string; readonly payload: string; readonly ttlMs: number };

/** `held`: another lease, which ends in `leftMs` milliseconds. `changed`: the key holds another payload, or the lease no longer. */
export type RowReply =
  { readonly outcome: 'done' | 'changed' } | { readonly outcome: 'held'; readonly lease: string; readonly leftMs: number };

/**
 * L2: a shared, remote, opaque map from keys to payloads.
 *
 * `undefined` means that the server was asked and has no value. A store that cannot reach the server rejects with a `CacheError` of the code
 * `CACHE_TIER_UNAVAILABLE`; one whose write the server refuses, with `CACHE_WRITE_REFUSED`.
 * Writes to one key take effect in the order of the calls, also if the caller does not await them.
 * A store has no deadlines: callers bring their own, and ignore a late answer.
 */
export interface Store {
  get(key: SanitizedKey): Promise<string | undefined>;
  /** Answers in the order of the keys. */
  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]>;
  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void>;
  /** Rejects if any entry was not stored; the others may have been. */
  setMany(entries: readonly StoreEntry[]): Promise<void>;
  /** An absent key is no error. */
  delete(keys: readonly SanitizedKey[]): Promise<void>;
  /**
   * Deletes every key that starts with `prefix`, taken literally, and no other key.
   * Rejects with `CACHE_CLEAR_UNSUPPORTED` if the server answers and can never do this, because it cannot list its keys or does not allow it.
   */
  clear(prefix: SanitizedKey): Promise<void>;
  /**
   * Updates the state of a namespace and its tags as one atomic step, and answers with their new texts, the state first; `undefined` for a tag that does
   * not exist. A state that is missing, or that no cache wrote, begins with the time of the server in microseconds.
   *
   * A store without it, and one that answers `undefined` because its server cannot do it, gets an emulation by `getMany` and `setMany`: two processes that
   * invalidate in the same moment may then lose one of the two.
   */
  updateTags?(update: TagUpdate): Promise<TagTexts | undefined>;
  /**
   * Changes the text of a key as one atomic step, if the key still holds what the change begins with. The time of the server decides when a lease ends.
   * The format is that of `updatedRow` in the domain.
   *
   * A store without it, and one that answers `undefined` because its server cannot do it, stores loaded values by `set`: a load may then undo a change
   * that another process made meanwhile.
   */
  updateRow?(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined>;
}
