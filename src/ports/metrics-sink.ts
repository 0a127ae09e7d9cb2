/** `shared`: another process has the lease; `waited`: its value came, and nothing was loaded. */
export type LeaseOutcome = 'taken' | 'shared' | 'waited';

export type Tier = 'l1' | 'l2';

/** An event without its subject: no keys, no values, and only closed sets of words. */
export type CacheEvent =
  | { readonly name: 'hit'; readonly tier: Tier }
  | { readonly name: 'miss' }
  /** Entries were invalidated by their tags. */
  | { readonly name: 'tags'; readonly mode: 'remove' | 'expire'; readonly outcome: 'done' | 'pending' }
  | { readonly name: 'write'; readonly operation: 'set' | 'delete' | 'clear'; readonly outcome: 'done' | 'pending' }
  | { readonly name: 'load'; readonly outcome: 'stored' | 'fenced' | 'skipped' | 'failed'; readonly durationMs: number }
  /** Before a load. */
  | { readonly name: 'lease'; readonly outcome: LeaseOutcome }
  /** A loaded value was not kept, because the key was changed during the load. */
  | { readonly name: 'fence'; readonly by: 'invalidation' | 'lease' }
  /** A call that shared the load or read of another caller. */
  | { readonly name: 'join' }
  /** `ageMs`: time since the value expired. */
  | { readonly name: 'stale'; readonly reason: StaleReason; readonly ageMs: number }
  | { readonly name: 'refresh'; readonly outcome: 'done' | 'failed' }
  | { readonly name: 'evict'; readonly count: number }
  /** Entries that a delete, a clear or a message of another process removed from L1. */
  | { readonly name: 'invalidate'; readonly count: number }
  | { readonly name: 'reject'; readonly reason: PayloadRejection }
  | { readonly name: 'payload'; readonly direction: 'read' | 'written'; readonly bytes: number }
  /** L2 did not answer within its deadline. */
  | { readonly name: 'late'; readonly operation: DeadlineKind }
  | { readonly name: 'message'; readonly direction: 'sent' | 'received' }
  | { readonly name: 'gap' }
  | { readonly name: 'tier'; readonly state: 'up' | 'down' | 'recovering' }
  | { readonly name: 'breaker'; readonly state: 'closed' | 'open' | 'half-open' };

/**
 * Why a stale value was served. `revalidate`: a new one is loaded in the background. `error`: the load failed, or took longer than its caller
 * waits. `unreachable`: L2 could not be read.
 */
export type StaleReason = 'revalidate' | 'error' | 'unreachable';

/** Why a payload of L2 was not used, or a value was not sent to L2. */
export type PayloadRejection =
  | 'version'
  | 'malformed'
  /** Sealed but no cipher is set, plain but one is set, or refused by a cipher without a reason. */
  | 'sealed'
  | 'tampered'
  | 'unknown_key'
  | 'schema'
  /** Larger than `maxPayloadBytes`: not sent, or not decoded. */
  | 'oversized'
  /** The cipher failed; nothing was sent. */
  | 'unsealed'
  | 'unencodable';

/** The kinds of calls to L2 with a deadline. */
export type DeadlineKind = 'read' | 'write' | 'clear';

/**
 * Receives every cache event synchronously, on the hot path: an implementation counts and returns.
 * Event objects may be shared constants: do not keep or change them.
 */
export interface MetricsSink {
  record(event: CacheEvent): void;
}

export const noMetrics: MetricsSink = { record: () => undefined };
