import type { CacheStats, durationNames, Layer2Stats } from '../../ports/cache-stats';
import type { LocalStore } from '../../ports/local-store';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import type { RemoteTier } from '../l2/remote-tier';
import type { Counts } from '../events/counts';
import type { Durations } from '../events/durations';
import { rate, type LastMinute } from './last-minute';

export interface StatsParts {
  readonly counts: Counts;
  readonly durations: Durations<(typeof durationNames)[number]>;
  readonly lastMinute: LastMinute;
  readonly local: Pick<LocalStore<unknown>, 'size' | 'approximateBytes' | 'expired'>;
  readonly pending: PendingInvalidations;
  readonly remote: RemoteTier;
}

/** Everything is computed here, when it is asked for, and nothing before. */
export function readStats({ counts, durations, lastMinute, local, pending, remote }: StatsParts): CacheStats {
  const hits = counts.localHits + counts.remoteHits;
  const { misses } = counts;
  return Object.freeze({
    hits,
    misses,
    gets: hits + misses,
    sets: counts.set.done + counts.set.pending,
    deletes: counts.delete.done + counts.delete.pending,
    clears: counts.clear.done + counts.clear.pending,
    count: local.size,
    hitRate: rate(hits, hits + misses),
    missRate: rate(misses, hits + misses),
    bytes: local.approximateBytes,
    lastMinute: lastMinute.read(hits, misses),
    hitsByTier: Object.freeze({ l1: counts.localHits, l2: counts.remoteHits }),
    evictions: Object.freeze({ size: counts.evicted, expired: local.expired, invalidated: counts.invalidated }),
    writes: Object.freeze({ set: copy(counts.set), delete: copy(counts.delete), clear: copy(counts.clear) }),
    loads: copy(counts.loads),
    staleServed: copy(counts.stale),
    refreshes: copy(counts.refreshes),
    stampedesAvoided: counts.coalesced,
    payloadBytes: copy(counts.payloadBytes),
    rejected: copy(counts.rejected),
    pending: pending.size,
    maxPending: pending.limit,
    durations: Object.freeze(durations.stats()),
    l2: readLayer2(remote),
  });
}

function readLayer2(remote: RemoteTier): Layer2Stats | undefined {
  const { counts } = remote;
  const health = remote.health();
  if (counts === undefined || health === undefined) return undefined;
  return Object.freeze({
    state: health.state,
    refusesWrites: health.state === 'up' && health.reason !== undefined,
    breaker: health.breaker,
    transitions: copy(counts.transitions),
    breakerTransitions: copy(counts.breakerTransitions),
    failures: counts.failures,
    skipped: counts.skipped,
    overruns: copy(counts.overruns),
    bus: Object.freeze({ ...counts.bus, up: health.bus === undefined ? undefined : health.bus === 'up' }),
    busLag: counts.durations.stats().busLag,
  });
}

function copy<T extends object>(counts: T): Readonly<T> {
  return Object.freeze({ ...counts });
}
