import type { Clock } from '../../ports/clock';
import type { DeadlineKind } from '../../ports/metrics-sink';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry, TagUpdate } from '../../ports/store';
import { CacheError } from '../cache-error';
import type { Deadlines } from '../options/settings';
import { emulateTagUpdate, type TagTexts } from './tag-updates';
import { withDeadline } from '../shared/deadline';

/** A call exceeded its deadline. */
export class LateError extends CacheError {
  constructor(ms: number) {
    super('CACHE_TIER_UNAVAILABLE', `L2 did not answer within ${String(ms)} ms`);
  }
}

/**
 * Gives every call to L2 a deadline. It is set outside the client, because no client keeps its own timeouts in all states.
 * The server may still apply a write that exceeded its deadline; the caller keeps its keys as pending.
 */
export class DeadlineStore implements Store {
  readonly #inner: Store;
  readonly #deadlines: Deadlines;
  readonly #clock: Clock;
  readonly #onLate: ((kind: DeadlineKind) => void) | undefined;

  /** @param onLate - called for each call that exceeded its deadline */
  constructor(inner: Store, deadlines: Deadlines, clock: Clock, onLate?: (kind: DeadlineKind) => void) {
    this.#inner = inner;
    this.#deadlines = deadlines;
    this.#clock = clock;
    this.#onLate = onLate;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#limit(this.#inner.get(key), 'read');
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#limit(this.#inner.getMany(keys), 'read');
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#limit(this.#inner.set(key, payload, ttlMs), 'write');
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    return this.#limit(this.#inner.setMany(entries), 'write');
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#limit(this.#inner.delete(keys), 'write');
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#limit(this.#inner.clear(prefix), 'clear');
  }

  updateTags(update: TagUpdate): Promise<TagTexts> {
    const updated = this.#inner.updateTags?.(update) ?? emulateTagUpdate(this.#inner, update, this.#clock.now());
    return this.#limit(updated, 'write');
  }

  #limit<T>(work: Promise<T>, kind: DeadlineKind): Promise<T> {
    const ms = this.#deadlines[`${kind}Ms`];
    return withDeadline(work, ms, this.#clock, () => {
      this.#onLate?.(kind);
      return new LateError(ms);
    });
  }
}
