import type { SanitizedKey } from '../../ports/sanitized-key';

/** What became of keys: changed by whoever uses the cache, or an older value of them taken back that had slipped in. */
export type InvalidationKind = 'changed' | 'repaired';

/** Drops from layer 1, and from what is being fetched for it, what another process has changed, or has taken back. */
export type OnInvalidation = (keys: readonly SanitizedKey[] | 'everything', what: InvalidationKind) => void;
