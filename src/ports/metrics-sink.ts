export type Tier = 'l1' | 'l2';

/** What happened, without whom it happened to: no keys, no values, and only closed sets of words. */
export type CacheEvent =
  | { readonly name: 'hit'; readonly tier: Tier }
  | { readonly name: 'miss' }
  | { readonly name: 'write'; readonly operation: 'set' | 'delete' | 'clear'; readonly outcome: 'done' | 'pending' }
  | { readonly name: 'load'; readonly outcome: 'stored' | 'fenced' | 'skipped' | 'failed'; readonly durationMs: number }
  /** A caller who got the outcome of a load or read that somebody else had begun. */
  | { readonly name: 'join' }
  /** `ageMs`: since it expired. */
  | { readonly name: 'stale'; readonly reason: StaleReason; readonly ageMs: number }
  | { readonly name: 'refresh'; readonly outcome: 'done' | 'failed' }
  | { readonly name: 'evict'; readonly count: number }
  /** Entries that a delete, a clear or another process took out of layer 1. */
  | { readonly name: 'invalidate'; readonly count: number }
  | { readonly name: 'reject'; readonly reason: PayloadRejection }
  | { readonly name: 'payload'; readonly direction: 'read' | 'written'; readonly bytes: number }
  /** Layer 2 did not answer within its deadline. */
  | { readonly name: 'late'; readonly operation: DeadlineKind }
  | { readonly name: 'message'; readonly direction: 'sent' | 'received' }
  | { readonly name: 'gap' }
  | { readonly name: 'tier'; readonly state: 'up' | 'down' | 'recovering' }
  | { readonly name: 'breaker'; readonly state: 'closed' | 'open' | 'half-open' };

/**
 * Why an old value was served. `revalidate`: a new one is loaded behind. `error`: the load failed, or took longer than its caller waits.
 * `unreachable`: layer 2 could not be asked.
 */
export type StaleReason = 'revalidate' | 'error' | 'unreachable';

/** Why a payload of layer 2 was not used, or a value was not sent there. */
export type PayloadRejection =
  | 'version'
  | 'malformed'
  /** Sealed where no cipher is set, plain where one is, or refused by a cipher that does not say why. */
  | 'sealed'
  | 'tampered'
  | 'unknown_key'
  | 'schema'
  /** Larger than `maxPayloadBytes`: not sent, or not looked into. */
  | 'oversized'
  /** The cipher failed, and nothing was sent. */
  | 'unsealed'
  | 'unencodable';

/** The deadlines that calls to layer 2 have. */
export type DeadlineKind = 'read' | 'write' | 'clear';

/**
 * Told every cache event, synchronously and on the hot path: an implementation counts and returns.
 * Event objects may be shared constants; they are not to be kept or changed.
 */
export interface MetricsSink {
  record(event: CacheEvent): void;
}

export const noMetrics: MetricsSink = { record: () => undefined };
