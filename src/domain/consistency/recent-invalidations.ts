import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { InvalidationKind, InvalidKeys, PendingInvalidations } from './pending-invalidations';
import type { InvalidationMode } from './tag-epochs';

/**
 * In milliseconds. Sentinels demote a master up to 18 s after its replica has taken over, and until then it acknowledges writes that are lost; a probe notices
 * within 6 s that its server is gone; and a replica lags.
 */
const recentMs = 30_000;

interface RecentTag {
  readonly at: number;
  readonly mode: InvalidationMode;
}

/**
 * What L2 has applied for one namespace in the last seconds: keys that were deleted or set, and tags. A server that takes over from another one may
 * lack it, so it is invalidated once more there. Bounded: past `limit` keys and tags, everything is.
 */
export class RecentInvalidations {
  readonly #clock: Clock;
  readonly #limit: number;
  /** Oldest first, as the tags. */
  readonly #keys = new Map<SanitizedKey, number>();
  readonly #tags = new Map<SanitizedKey, RecentTag>();
  #everythingAt = -Infinity;

  /** @param limit - with 0 nothing is remembered: for an L2 whose server is always the same */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** L2 has applied this, and it is announced now. */
  add(keys: InvalidKeys, kind: InvalidationKind): void {
    if (this.#limit === 0) return;
    const now = this.#clock.elapsed();
    if (keys === 'everything') this.#addEverything(now);
    else if (kind === 'removed' || kind === 'expired') for (const name of keys) this.#addTag(name, kind, now);
    else for (const key of keys) this.#put(this.#keys, key, now, now);
  }

  /** Drops what is too old. To be called when the server is lost: the rest is kept for as long as the outage lasts, because nothing is added to it. */
  forgetOld(): void {
    this.#forgetBefore(this.#clock.elapsed() - recentMs);
  }

  /** L2 may lack all of it. */
  moveTo(pending: PendingInvalidations): void {
    if (this.#everythingAt > -Infinity) pending.addEverything();
    for (const key of this.#keys.keys()) pending.add(key);
    for (const [name, { mode }] of this.#tags) pending.addTags([name], mode);
    this.#forgetBefore(Infinity);
  }

  #addTag(name: SanitizedKey, kind: 'removed' | 'expired', now: number): void {
    // What was removed need not expire.
    const isRemoved = kind === 'removed' || this.#tags.get(name)?.mode === 'remove';
    this.#put(this.#tags, name, { at: now, mode: isRemoved ? 'remove' : 'expire' }, now);
  }

  #put<T>(map: Map<SanitizedKey, T>, name: SanitizedKey, value: T, now: number): void {
    map.delete(name);
    if (this.#size >= this.#limit) this.#forgetBefore(now - recentMs);
    if (this.#size >= this.#limit) this.#addEverything(now);
    else map.set(name, value);
  }

  #addEverything(now: number): void {
    this.#keys.clear();
    this.#tags.clear();
    this.#everythingAt = now;
  }

  #forgetBefore(instant: number): void {
    if (this.#everythingAt < instant) this.#everythingAt = -Infinity;
    for (const [key, at] of this.#keys) {
      if (at >= instant) break;
      this.#keys.delete(key);
    }
    for (const [name, { at }] of this.#tags) {
      if (at >= instant) break;
      this.#tags.delete(name);
    }
  }

  get #size(): number {
    return this.#keys.size + this.#tags.size;
  }
}
