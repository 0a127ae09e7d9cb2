import type { CacheEntry } from '../../../domain/reading/read-result';

/** How a call was answered. */
export interface CacheVerdict {
  /** Whether the response was in the cache, fresh or stale. */
  readonly isHit: boolean;
  /** As in `Cache-Status` (RFC 9211), without the name of the cache: `hit; ttl=12`. */
  readonly text: string;
}

/** The way in which one call got its response. */
export interface RunFacts {
  readonly ran: boolean;
  /** Whether the handler ran although the cache had an older value. */
  readonly sawStale: boolean;
}

/** For a response that calls share. */
export function sharedAnswerStatus(entry: CacheEntry<unknown>, own: RunFacts): CacheVerdict {
  if (entry.from === 'loader') return own.ran ? loadedStatus(entry, own) : { isHit: false, text: 'fwd=miss; collapsed' };
  if (own.ran) return { isHit: true, text: 'fwd=stale; detail=not-renewed' };
  if (entry.isStale) return { isHit: true, text: 'hit; ttl=0; detail=stale' };
  return { isHit: true, text: entry.ttlMs === Infinity ? 'hit' : `hit; ttl=${Math.floor(entry.ttlMs / 1_000)}` };
}

/** For a response of one call. */
export function notStoredStatus(detail: string, own: RunFacts): CacheVerdict {
  return { isHit: false, text: `fwd=${reasonOf(own)}; detail=${detail}` };
}

/** For a call that bypassed the cache. */
export function bypassStatus(detail: string): CacheVerdict {
  return { isHit: false, text: `fwd=bypass; detail=${detail}` };
}

function loadedStatus({ outcome }: CacheEntry<unknown>, own: RunFacts): CacheVerdict {
  if (outcome === 'stored') return { isHit: false, text: `fwd=${reasonOf(own)}; stored` };
  return notStoredStatus(outcome === 'fenced' ? 'invalidated' : 'closed', own);
}

function reasonOf({ sawStale }: RunFacts): string {
  return sawStale ? 'stale' : 'miss';
}
