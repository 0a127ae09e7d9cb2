export type Tier = 'l1' | 'l2';

/** What happened, without whom it happened to: no keys, no values, and only closed sets of words. */
export type CacheEvent =
  | { readonly name: 'hit'; readonly tier: Tier }
  | { readonly name: 'miss' }
  | { readonly name: 'write'; readonly operation: 'set' | 'delete' | 'clear'; readonly outcome: 'done' | 'pending' }
  | { readonly name: 'load'; readonly outcome: 'stored' | 'fenced' | 'skipped' | 'failed'; readonly durationMs: number }
  | { readonly name: 'stale' }
  | { readonly name: 'refresh'; readonly outcome: 'done' | 'failed' }
  | { readonly name: 'evict'; readonly count: number }
  | { readonly name: 'reject'; readonly reason: PayloadRejection }
  | { readonly name: 'gap' }
  | { readonly name: 'tier'; readonly state: 'up' | 'down' | 'recovering' };

/** Why a payload of layer 2 was not used, or a value was not sent there. */
export type PayloadRejection = 'version' | 'malformed' | 'sealed' | 'unencodable';

/**
 * Told every cache event, synchronously and on the hot path: an implementation counts and returns.
 * Event objects may be shared constants; they are not to be kept or changed.
 */
export interface MetricsSink {
  record(event: CacheEvent): void;
}

export const noMetrics: MetricsSink = { record: () => undefined };
