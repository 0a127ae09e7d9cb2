import type { CacheEntry } from '../../../domain/reading/read-result';

/** How a call was answered. */
export interface CacheVerdict {
  /** Whether the answer was in the cache, fresh or stale. */
  readonly isHit: boolean;
  /** As in `Cache-Status` (RFC 9211), without the name of the cache: `hit; ttl=12`. */
  readonly text: string;
}

/** The part that one call had in how its answer came about. */
export interface OwnPart {
  readonly ran: boolean;
  /** Whether its handler ran because what the cache had was too old. */
  readonly sawStale: boolean;
}

/** For an answer that everybody may have. */
export function verdictOn(entry: CacheEntry<unknown>, own: OwnPart): CacheVerdict {
  if (entry.from === 'loader') return own.ran ? loaded(entry, own) : { isHit: false, text: 'fwd=miss; collapsed' };
  if (own.ran) return { isHit: true, text: 'fwd=stale; detail=not-renewed' };
  if (entry.isStale) return { isHit: true, text: 'hit; ttl=0; detail=stale' };
  return { isHit: true, text: entry.ttlMs === Infinity ? 'hit' : `hit; ttl=${Math.floor(entry.ttlMs / 1_000)}` };
}

/** For an answer that is for this call alone. */
export function unstored(detail: string, own: OwnPart): CacheVerdict {
  return { isHit: false, text: `fwd=${reasonOf(own)}; detail=${detail}` };
}

/** For a call that the cache was not asked about. */
export function bypassed(detail: string): CacheVerdict {
  return { isHit: false, text: `fwd=bypass; detail=${detail}` };
}

function loaded({ outcome }: CacheEntry<unknown>, own: OwnPart): CacheVerdict {
  if (outcome === 'stored') return { isHit: false, text: `fwd=${reasonOf(own)}; stored` };
  return unstored(outcome === 'fenced' ? 'invalidated' : 'closed', own);
}

function reasonOf({ sawStale }: OwnPart): string {
  return sawStale ? 'stale' : 'miss';
}
