import type { Tier } from '../ports/metrics-sink';
import type { Landing, LoadOutcome } from './landing';

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
export function describe<V>({ value, from, age, createdAt, expiresAt, outcome }: Landing, now: number): CacheEntry<V> {
  const isStale = age === 'stale' || age === 'spare';
  return { value: value as V, from, isStale, outcome, ageMs: now - createdAt, ttlMs: Math.max(0, expiresAt - now) };
}
