import type { DeadlineKind, PayloadRejection, StaleReason } from './metrics-sink';

/** What is timed in each namespace: reads and writes of each tier, loads by their outcome, and how stale what was served had become. */
export const durationNames = [
  'l1Get',
  'l1Set',
  'l1Delete',
  'l2Get',
  'l2Set',
  'l2Delete',
  'l2Clear',
  'loadStored',
  'loadFenced',
  'loadSkipped',
  'loadFailed',
  'staleRevalidate',
  'staleError',
  'staleUnreachable',
] as const;

/** `busLag`: how long a message takes through the server and back, for all namespaces together. */
export type DurationName = (typeof durationNames)[number] | 'busLag';

/** A histogram. Milliseconds. */
export interface DurationStats {
  readonly count: number;
  readonly sumMs: number;
  /** Estimated within their bucket; `undefined` before the first. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  /** Upper bounds of the buckets, the last excepted, which has none. */
  readonly boundsMs: readonly number[];
  /** In each bucket alone, one more than there are bounds. */
  readonly counts: readonly number[];
}

/** What all namespaces of a cache share. */
export interface Layer2Stats {
  /** It begins as `recovering`: until it was tried nobody knows. */
  readonly state: 'up' | 'down' | 'recovering';
  /** It answers reads and refuses writes. */
  readonly refusesWrites: boolean;
  /** `undefined` without a breaker, and while it does not run. */
  readonly breaker: 'closed' | 'open' | 'half-open' | undefined;
  readonly transitions: Readonly<Record<'up' | 'down' | 'recovering', number>>;
  readonly breakerTransitions: Readonly<Record<'closed' | 'open' | 'half-open', number>>;
  /** Calls that layer 2 did not answer, or refused. */
  readonly failures: number;
  /** Calls that were answered without layer 2, because it was known to be away, or was not connected in time. */
  readonly skipped: number;
  readonly overruns: Readonly<Record<DeadlineKind, number>>;
  /** `up`: whether it is heard; `undefined` without one. `received`: messages of other processes. `gaps`: how often some may have been lost. */
  readonly bus: { readonly up: boolean | undefined; readonly sent: number; readonly received: number; readonly gaps: number };
  /** How long a message takes through the server and back. */
  readonly busLag: DurationStats;
}

/** What a cache has done since it was made, and how it is; of one namespace, `l2` excepted. */
export interface CacheStats {
  /** From `hits` to `missRate` as in cacheable. */
  readonly hits: number;
  readonly misses: number;
  /** Reads that ended: `hits + misses`. `peek` and `has` are none. */
  readonly gets: number;
  readonly sets: number;
  readonly deletes: number;
  readonly clears: number;
  /** Entries in layer 1 now; those count too whose time is up and which nobody has come upon. */
  readonly count: number;
  /** From 0 to 1; 0 before the first read. */
  readonly hitRate: number;
  readonly missRate: number;
  /** Memory that layer 1 takes: the estimate that `primary.maxBytes` bounds. */
  readonly bytes: number;
  /** Since the last reading that is a minute old; since the last one at all where readings are rarer. */
  readonly lastMinute: { readonly hits: number; readonly misses: number; readonly hitRate: number };
  readonly hitsByTier: Readonly<Record<'l1' | 'l2', number>>;
  /** Entries that left layer 1: for want of room, because their time was up (counted once that is noticed), or by a call. */
  readonly evictions: Readonly<Record<'size' | 'expired' | 'invalidated', number>>;
  readonly writes: Readonly<Record<'set' | 'delete' | 'clear', Readonly<Record<'done' | 'pending', number>>>>;
  readonly loads: Readonly<Record<'stored' | 'fenced' | 'skipped' | 'failed', number>>;
  readonly staleServed: Readonly<Record<StaleReason, number>>;
  readonly refreshes: Readonly<Record<'done' | 'failed', number>>;
  /** Callers who got the outcome of a load or read that somebody else had begun. */
  readonly stampedesAvoided: number;
  /** UTF-16 units, which are bytes as long as values are ASCII, or sealed. */
  readonly payloadBytes: Readonly<Record<'read' | 'written', number>>;
  readonly rejected: Readonly<Record<PayloadRejection, number>>;
  /** Keys that layer 2 still has to delete; `Infinity` for everything. */
  readonly pending: number;
  /** Past so many keys it is everything. */
  readonly maxPending: number;
  readonly durations: Readonly<Record<(typeof durationNames)[number], DurationStats>>;
  /** `undefined` for a cache of one tier. */
  readonly l2: Layer2Stats | undefined;
}
