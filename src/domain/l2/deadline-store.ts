import type { Clock } from '../../ports/clock';
import type { DeadlineKind } from '../../ports/metrics-sink';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';
import { CacheError } from '../cache-error';
import type { Deadlines } from '../options/settings';
import { emulateTagUpdate, updateRow } from './store-updates';
import { withDeadline } from '../shared/deadline';

/** A call exceeded its deadline. */
export class LateError extends CacheError {
  constructor(ms: number) {
    super('CACHE_TIER_UNAVAILABLE', `L2 did not answer within ${String(ms)} ms`);
  }
}

interface DeadlineTerms {
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  /** The longest payload that a cache reads. */
  readonly maxPayloadBytes: number;
  /** Called for each call that exceeded its deadline. */
  readonly onLate?: (kind: DeadlineKind) => void;
  /** Called for each read that was late, and whose answer has a longer payload. */
  readonly onOversized?: () => void;
}

/**
 * Gives every call to L2 a deadline. It is set outside the client, because no client keeps its own timeouts in all states.
 * The server may still apply a write that exceeded its deadline; the caller keeps its keys as pending.
 *
 * A read may be late because one of its payloads is huge, and every further read of that key would be late too. It is deleted when it has arrived.
 */
export class DeadlineStore implements Store {
  readonly #inner: Store;
  readonly #terms: DeadlineTerms;
  /** The emulated update of tags that is under way. */
  #emulated: Promise<unknown> = Promise.resolve();

  constructor(inner: Store, terms: DeadlineTerms) {
    this.#inner = inner;
    this.#terms = terms;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#limit(this.#inner.get(key), 'read', (payload) => this.#deleteOversized([key], [payload]));
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#limit(this.#inner.getMany(keys), 'read', (payloads) => this.#deleteOversized(keys, payloads));
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
    return this.#limit(this.#updateTags(update), 'write');
  }

  /** A lease is waited for before a load, as a read is. */
  updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    return this.#limit(updateRow(this.#inner, key, update), update.change === 'lease' ? 'read' : 'write');
  }

  async #updateTags(update: TagUpdate): Promise<TagTexts> {
    return (await this.#inner.updateTags?.(update)) ?? this.#emulate(update);
  }

  /** One after the other: two emulated updates in the same moment would undo one another. */
  #emulate(update: TagUpdate): Promise<TagTexts> {
    const emulated = this.#emulated.then(() => emulateTagUpdate(this.#inner, update, this.#terms.clock.now()));
    this.#emulated = this.#limit(emulated, 'write').catch(() => undefined);
    return emulated;
  }

  #limit<T>(work: Promise<T>, kind: DeadlineKind, onLateAnswer?: (answer: T) => void): Promise<T> {
    const { clock, deadlines, onLate } = this.#terms;
    const ms = deadlines[`${kind}Ms`];
    return withDeadline(work, ms, clock, () => {
      onLate?.(kind);
      if (onLateAnswer !== undefined) work.then(onLateAnswer, () => undefined);
      return new LateError(ms);
    });
  }

  #deleteOversized(keys: readonly SanitizedKey[], payloads: readonly (string | undefined)[]): void {
    const { maxPayloadBytes, onOversized } = this.#terms;
    const oversized = keys.filter((_, index) => (payloads[index]?.length ?? 0) > maxPayloadBytes);
    if (oversized.length === 0) return;
    onOversized?.();
    this.#inner.delete(oversized).catch(() => undefined);
  }
}
