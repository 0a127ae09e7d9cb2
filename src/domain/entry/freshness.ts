import type { Tier } from '../../ports/metrics-sink';
import type { LifeSettings } from '../options/settings';
import type { LocalEntry } from './entry';

/**
 * How an entry stands towards one call. `due`: fresh, but so far through its life that a new value is to be loaded behind. `stale`: to be served
 * while a new one is loaded behind. `spare`: to be served only if there is no other way.
 */
export type Freshness = 'fresh' | 'refresh-due' | 'stale' | 'stale-if-error' | 'expired';

type AgeLimits = Pick<LifeSettings, 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'refreshAhead'>;

/**
 * @param now - monotonic milliseconds, as in the entry
 * @param era - the present one: what was placed in an earlier one is not trusted
 */
export function freshnessOf({ entry, from }: Found, limits: AgeLimits, now: number, era: number): Freshness {
  // What layer 2 has just answered need not be asked for again, however short layer 1 may keep it.
  const trusted = from === 'l2' || (now < entry.revalidateAt && entry.epoch === era);
  if (trusted && now < entry.expiresAt) return isDue(entry, limits, now) ? 'refresh-due' : 'fresh';
  if (trusted && now < entry.expiresAt + limits.staleWhileRevalidateMs) return 'stale';
  return limits.staleIfErrorMs > 0 && now < entry.expiresAt + limits.staleIfErrorMs ? 'stale-if-error' : 'expired';
}

function isDue(entry: LocalEntry, { refreshAhead }: AgeLimits, now: number): boolean {
  return refreshAhead !== undefined && now >= entry.createdAt + refreshAhead * (entry.expiresAt - entry.createdAt);
}

/** An entry, and the tier that it was found in. */
export interface Found {
  readonly entry: LocalEntry;
  readonly from: Tier;
}

export function newest(local: LocalEntry | undefined, remote: LocalEntry | undefined): Found | undefined {
  if (remote !== undefined && (local === undefined || remote.createdAt >= local.createdAt)) return { entry: remote, from: 'l2' };
  return local && { entry: local, from: 'l1' };
}
