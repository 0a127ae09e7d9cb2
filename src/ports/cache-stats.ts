import type { DeadlineKind, PayloadRejection, StaleReason } from './metrics-sink';

/** The durations of each namespace: reads and writes of each tier, loads by their outcome, and the age of stale values when they were served. */
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

/** `busLag`: the time from publishing a message to receiving it, for all namespaces together. */
export type DurationName = (typeof durationNames)[number] | 'busLag';

/** A histogram. Milliseconds. */
export interface DurationStats {
  /** Measured durations. */
  readonly count: number;
  /** Their sum. */
  readonly sumMs: number;
  /** The median, estimated within its bucket; `undefined` before the first. */
  readonly p50Ms: number | undefined;
  /** The 99th percentile, estimated likewise. */
  readonly p99Ms: number | undefined;
  /** Upper bounds of the buckets. The last bucket has none. */
  readonly boundsMs: readonly number[];
  /** Counts per bucket, not cumulative; one more than there are bounds. */
  readonly counts: readonly number[];
}

/** Statistics of the L2 that all namespaces of a cache share. */
export interface Layer2Stats {
  /** `recovering` until the first call has shown whether L2 is up. */
  readonly state: 'up' | 'down' | 'recovering';
  /** L2 answers reads and refuses writes. */
  readonly refusesWrites: boolean;
  /** The state of the circuit breaker; `undefined` without one, and while it does not run. */
  readonly breaker: 'closed' | 'open' | 'half-open' | undefined;
  /** How often each state of L2 began. */
  readonly transitions: Readonly<Record<'up' | 'down' | 'recovering', number>>;
  /** How often each state of the breaker began. */
  readonly breakerTransitions: Readonly<Record<'closed' | 'open' | 'half-open', number>>;
  /** Calls that L2 did not answer, or refused. */
  readonly failures: number;
  /** Calls that were not sent, because L2 was down or not connected in time. */
  readonly skipped: number;
  /** Calls that took longer than their deadline, by its kind. */
  readonly overruns: Readonly<Record<DeadlineKind, number>>;
  /** `up`: whether the subscription works; `undefined` without a bus. `received`: messages of other processes. `gaps`: how often messages may have been lost. */
  readonly bus: { readonly up: boolean | undefined; readonly sent: number; readonly received: number; readonly gaps: number };
  /** The time from publishing a message to receiving it. */
  readonly busLag: DurationStats;
}

/** Counters since the cache was created, and its present state; of one namespace, except for `l2`. */
export interface CacheStats {
  /** Reads that found a value. The fields from `hits` to `missRate` are those of cacheable. */
  readonly hits: number;
  /** Reads that found none. */
  readonly misses: number;
  /** Finished reads: `hits + misses`. `peek` and `has` do not count. */
  readonly gets: number;
  /** Values that were set; loads do not count. */
  readonly sets: number;
  /** Keys that were deleted or expired. */
  readonly deletes: number;
  /** Calls of `clear`. */
  readonly clears: number;
  /** Entries in L1 now, with expired entries that were not noticed yet. */
  readonly count: number;
  /** Hits of all reads, from 0 to 1; 0 before the first read. */
  readonly hitRate: number;
  /** Misses of all reads, from 0 to 1. */
  readonly missRate: number;
  /** Estimated memory of L1 in bytes, which `primary.maxBytes` bounds. */
  readonly bytes: number;
  /** Reads since the last call of `stats()` that is at least a minute old, or since the last call at all if calls are rarer. */
  readonly lastMinute: { readonly hits: number; readonly misses: number; readonly hitRate: number };
  /** Hits, by the tier that had the value. */
  readonly hitsByTier: Readonly<Record<'l1' | 'l2', number>>;
  /** Entries that left L1: to make room, by expiry (counted when it is noticed), or by a call or a message. */
  readonly evictions: Readonly<Record<'size' | 'expired' | 'invalidated', number>>;
  /** Calls that invalidated entries by their tags. */
  readonly tagInvalidations: Readonly<Record<'done' | 'pending', number>>;
  /** Writes of each kind, by their answer. */
  readonly writes: Readonly<Record<'set' | 'delete' | 'clear', Readonly<Record<'done' | 'pending', number>>>>;
  /** Loads, by their outcome. */
  readonly loads: Readonly<Record<'stored' | 'fenced' | 'skipped' | 'failed', number>>;
  /** Loads that L2 was asked for a lease for: their own, one that another process has, or one whose value came. */
  readonly leases: Readonly<Record<'taken' | 'shared' | 'waited', number>>;
  /** Leases that loads of this process hold at present. */
  readonly leasesHeld: number;
  /** Loaded values that were not kept, because the key was changed during the load: this process knew it, or L2 held the lease no longer. */
  readonly fenced: Readonly<Record<'invalidation' | 'lease', number>>;
  /** Values past their ttl that were served, by the reason. */
  readonly staleServed: Readonly<Record<StaleReason, number>>;
  /** Loads in the background, by their outcome. */
  readonly refreshes: Readonly<Record<'done' | 'failed', number>>;
  /** Calls that shared the load or read of another caller. */
  readonly stampedesAvoided: number;
  /** Payloads of L2, in UTF-16 units: equal to bytes for ASCII and for sealed payloads. */
  readonly payloadBytes: Readonly<Record<'read' | 'written', number>>;
  /** Payloads that were not used, by the reason. */
  readonly rejected: Readonly<Record<PayloadRejection, number>>;
  /** Keys and tags that L2 still has to remove; `Infinity` for everything. */
  readonly pending: number;
  /** With more pending keys and tags than this, everything is pending. */
  readonly maxPending: number;
  /** Histograms of reads, writes and loads. */
  readonly durations: Readonly<Record<(typeof durationNames)[number], DurationStats>>;
  /** The statistics of L2, which all namespaces share; `undefined` for a cache of one tier. */
  readonly l2: Layer2Stats | undefined;
}
