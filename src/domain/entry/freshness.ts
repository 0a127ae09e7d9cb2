import type { Tier } from '../../ports/metrics-sink';
import type { CallOptions } from '../options/call-options';
import type { LifeSettings } from '../options/settings';
import type { LocalEntry } from './entry';

/**
 * How one call may use an entry.
 *
 * - `fresh`: serve it.
 * - `refresh-due`: serve it, and load a new value in the background, because `refreshAhead` of its life has passed.
 * - `stale`: serve it, and load a new value in the background (`staleWhileRevalidate`).
 * - `stale-if-error`: serve it only if no new value can be loaded.
 * - `expired`: do not serve it.
 */
export type Freshness = 'fresh' | 'refresh-due' | 'stale' | 'stale-if-error' | 'expired';

/**
 * @param now - monotonic milliseconds, as in the entry
 * @param doubtedAt - an entry that was valid before this epoch must be validated in L2
 */
export function freshnessOf({ entry, from }: Found, { life, call }: CallOptions, now: number, doubtedAt: number): Freshness {
  // An entry that has just come from L2 needs no validation, also with a short L1 ttl.
  const isValid = from === 'l2' || (now < entry.revalidateAt && entry.epoch >= doubtedAt);
  if (isValid && now < entry.expiresAt) return isRefreshDue(entry, life, now) ? 'refresh-due' : 'fresh';
  if (isValid && now < entry.expiresAt + life.staleWhileRevalidateMs) return 'stale';
  const staleIfErrorMs = call.staleIfErrorMs ?? entry.staleIfErrorMs;
  return staleIfErrorMs > 0 && now < entry.expiresAt + staleIfErrorMs ? 'stale-if-error' : 'expired';
}

function isRefreshDue(entry: LocalEntry, { refreshAhead }: LifeSettings, now: number): boolean {
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
