import type { Tier } from '../../ports/metrics-sink';
import type { SpanFacts } from '../../ports/traces';
import type { LocalEntry } from '../entry/entry';
import type { Freshness } from '../entry/freshness';
import type { ValidatedAs } from '../entry/payload-check';

const absent: SpanFacts = Object.freeze({ tier: undefined, isStale: false, loadOutcome: undefined });

/** What became of a value that was loaded. `fenced`: its key was invalidated meanwhile, so it was returned but not stored. */
type LoadOutcome = 'stored' | 'fenced' | 'skipped';

/** What a call ended with. Monotonic milliseconds, as in an entry. */
export interface ReadResult {
  readonly value: unknown;
  readonly from: Tier | 'loader';
  readonly freshness: Freshness;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** `undefined` for what was not loaded. */
  readonly outcome: LoadOutcome | undefined;
  /** As in an entry: those who share a landing may demand more of it. */
  validatedAs: ValidatedAs | undefined;
}

export type LoadResult = ReadResult & { readonly outcome: LoadOutcome };

export function toReadResult({ value, createdAt, expiresAt, validatedAs: origin }: LocalEntry, from: Tier, age: Freshness): ReadResult {
  return { value, from, freshness: age, createdAt, expiresAt, outcome: undefined, validatedAs: origin };
}

/** Milliseconds since it expired; 0 for what has not, but is served without being trusted. */
export function staleForMs({ expiresAt }: { readonly expiresAt: number }, now: number): number {
  return Math.max(0, now - expiresAt);
}

/** @param now - monotonic milliseconds: what is not kept has no life */
export function notStored(value: unknown, outcome: 'fenced' | 'skipped', now: number): LoadResult {
  return { value, from: 'loader', freshness: 'fresh', createdAt: now, expiresAt: now, outcome, validatedAs: undefined };
}

/** A value, and how it was come by. */
export interface CacheEntry<V> {
  readonly value: V;
  /** The tier that had it; `'loader'` also for those who joined a load. */
  readonly from: Tier | 'loader';
  /** Past its ttl, served all the same (`staleWhileRevalidate`, `staleIfError`). */
  readonly isStale: boolean;
  /** What became of a value that was loaded; `undefined` for what was not. */
  readonly outcome: LoadOutcome | undefined;
  /** Milliseconds since it was written. */
  readonly ageMs: number;
  /** Milliseconds until it expires: `Infinity` without an end, 0 for what is stale or was not stored. */
  readonly ttlMs: number;
}

/** @param now - monotonic milliseconds, as in the landing */
export function toCacheEntry<V>({ value, from, freshness: age, createdAt, expiresAt, outcome }: ReadResult, now: number): CacheEntry<V> {
  const isStale = age === 'stale' || age === 'stale-if-error';
  return { value: value as V, from, isStale, outcome, ageMs: now - createdAt, ttlMs: Math.max(0, expiresAt - now) };
}

/** @param landing - `undefined` where nothing was found */
export function spanFacts(landing: ReadResult | undefined): SpanFacts {
  if (landing === undefined) return absent;
  const { freshness: age, from, outcome } = landing;
  return { tier: from === 'loader' ? undefined : from, isStale: age === 'stale' || age === 'stale-if-error', loadOutcome: outcome };
}
