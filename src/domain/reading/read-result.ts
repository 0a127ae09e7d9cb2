import type { LeaseOutcome, Tier } from '../../ports/metrics-sink';
import type { SpanFacts } from '../../ports/traces';
import type { LocalEntry } from '../entry/entry';
import type { Freshness } from '../entry/freshness';
import type { ValidatedAs } from '../entry/payload-check';
import { noTags, type TagSet } from '../entry/tag-names';

/** The outcome of a load. `fenced`: the key was invalidated during the load, so the value was returned and not stored. */
export type LoadOutcome = 'stored' | 'fenced' | 'skipped';

/** A value that was read or loaded. Instants are monotonic milliseconds, as in a `LocalEntry`. */
export interface ReadResult {
  readonly value: unknown;
  readonly from: Tier | 'loader';
  readonly freshness: Freshness;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly tags: TagSet;
  /** In which it was valid, as in a `LocalEntry`. */
  readonly epoch: number;
  /** `undefined` for a value that was not loaded. */
  readonly outcome: LoadOutcome | undefined;
  /** Of a flight that asked L2 for a lease. */
  readonly lease?: LeaseOutcome;
  /** As in a `LocalEntry`: a caller that joined a flight may have stricter constraints than the one that began it. */
  validatedAs: ValidatedAs | undefined;
}

export function toReadResult(entry: LocalEntry, from: Tier, freshness: Freshness): ReadResult {
  const { createdAt, epoch, expiresAt, tags, validatedAs, value } = entry;
  return { value, from, freshness, createdAt, expiresAt, tags, epoch, outcome: undefined, validatedAs };
}

/**
 * A loaded value that no tier keeps: it has no life.
 * @param tags - that the load gave it, in the given epoch
 */
export function notStored(value: unknown, outcome: 'fenced' | 'skipped', now: number, tags = noTags, epoch = 0): ReadResult {
  return { value, from: 'loader', freshness: 'fresh', createdAt: now, expiresAt: now, tags, epoch, outcome, validatedAs: undefined };
}

/** Makes the copy of a value that one caller may change. */
export type CopyValue = (value: unknown) => unknown;

/** The result for one caller. */
export function withOwnValue(result: ReadResult, copy: CopyValue | undefined): ReadResult {
  return copy === undefined ? result : { ...result, value: copy(result.value) };
}

/** The result, unless only a failed load, or nothing at all, lets it be served. */
export function servable(result: ReadResult | undefined): ReadResult | undefined {
  return result === undefined || result.freshness === 'stale-if-error' || result.freshness === 'expired' ? undefined : result;
}

/** The result, unless it is to be refreshed. */
export function freshAlone(result: ReadResult | undefined): ReadResult | undefined {
  return result?.freshness === 'fresh' ? result : undefined;
}

export function isStale({ freshness }: ReadResult): boolean {
  return freshness === 'stale' || freshness === 'stale-if-error';
}

/** Milliseconds since it expired; 0 for a value that has not, and is served without being validated in L2. */
export function staleForMs({ expiresAt }: { readonly expiresAt: number }, now: number): number {
  return Math.max(0, now - expiresAt);
}

/** A value, the place where it was found, and its age. */
export interface CacheEntry<V> {
  /** The value itself; a copy with `primary.useClone`. */
  readonly value: V;
  /** The tier that had it; `'loader'` also for a caller that joined a load. */
  readonly from: Tier | 'loader';
  /** Past its ttl, and served all the same (`staleWhileRevalidate`, `staleIfError`). */
  readonly isStale: boolean;
  /** The outcome of the load; `undefined` for a value that was not loaded. */
  readonly outcome: LoadOutcome | undefined;
  /** Milliseconds since it was written. */
  readonly ageMs: number;
  /** Milliseconds until it expires: `Infinity` without an end, 0 for a value that is stale or was not stored. */
  readonly ttlMs: number;
  /** The tags of the entry, as its writer gave them. */
  readonly tags: readonly string[];
}

/** @param now - monotonic milliseconds, as in the result */
export function toCacheEntry<V>(result: ReadResult, now: number): CacheEntry<V> {
  const { value, from, createdAt, expiresAt, outcome, tags } = result;
  const [ageMs, ttlMs] = [now - createdAt, Math.max(0, expiresAt - now)];
  return { value: value as V, from, isStale: isStale(result), outcome, ageMs, ttlMs, tags: tags.given };
}

const absent: SpanFacts = Object.freeze({ tier: undefined, isStale: false, loadOutcome: undefined, lease: undefined });

/** @param result - `undefined` if nothing was found */
export function spanFacts(result: ReadResult | undefined): SpanFacts {
  if (result === undefined) return absent;
  const { from, lease, outcome } = result;
  return { tier: from === 'loader' ? undefined : from, isStale: isStale(result), loadOutcome: outcome, lease };
}
