import type { CacheStats, Layer2Stats } from '../../ports/cache-stats';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import type { MemoryTier } from '../l1/memory-tier';
import type { Leases } from '../l2/leases';
import type { RemoteTier } from '../l2/remote-tier';
import type { Reporter } from '../events/reporter';
import { rate, type LastMinute } from './last-minute';

export interface StatsParts {
  readonly counts: Reporter['counts'];
  readonly durations: Reporter['durations'];
  readonly lastMinute: LastMinute;
  readonly memory: Pick<MemoryTier, 'size' | 'approximateBytes' | 'expired'>;
  readonly pending: PendingInvalidations;
  readonly leases: Pick<Leases, 'held'>;
  readonly remote: RemoteTier;
}

/** Everything is computed here, when it is asked for, and nothing before. */
export function readStats({ counts, durations, lastMinute, leases, memory, pending, remote }: StatsParts): CacheStats {
  const hits = counts.hit.l1 + counts.hit.l2;
  const misses = counts.miss.total;
  return Object.freeze({
    hits,
    misses,
    gets: hits + misses,
    sets: counts.set.done + counts.set.pending,
    deletes: counts.delete.done + counts.delete.pending,
    clears: counts.clear.done + counts.clear.pending,
    count: memory.size,
    hitRate: rate(hits, hits + misses),
    missRate: rate(misses, hits + misses),
    bytes: memory.approximateBytes,
    lastMinute: lastMinute.read(hits, misses),
    hitsByTier: copy(counts.hit),
    evictions: Object.freeze({ size: counts.evict.total, expired: memory.expired, invalidated: counts.invalidate.total }),
    tagInvalidations: copy(counts.tags),
    leases: copy(counts.lease),
    leasesHeld: leases.held,
    fenced: copy(counts.fence),
    writes: Object.freeze({ set: copy(counts.set), delete: copy(counts.delete), clear: copy(counts.clear) }),
    loads: copy(counts.load),
    staleServed: copy(counts.stale),
    refreshes: copy(counts.refresh),
    stampedesAvoided: counts.coalesce.total,
    payloadBytes: copy(counts.payload),
    rejected: copy(counts.reject),
    pending: pending.size,
    maxPending: pending.limit,
    durations: Object.freeze(durations.stats()),
    l2: readL2(remote),
  });
}

function readL2(remote: RemoteTier): Layer2Stats | undefined {
  const { numbers } = remote;
  const health = remote.health();
  if (numbers === undefined || health === undefined) return undefined;
  const { counts, durations } = numbers;
  return Object.freeze({
    state: health.state,
    refusesWrites: health.state === 'up' && health.reason !== undefined,
    breaker: health.breaker,
    transitions: Object.freeze({ up: counts.up.total, down: counts.down.total, recovering: counts.recovering.total }),
    breakerTransitions: copy(counts.breaker),
    failures: counts.failure.total,
    skipped: counts.skip.total,
    overruns: copy(counts.deadlineExceeded),
    bus: Object.freeze({ ...counts.message, gaps: counts.gap.total, up: health.bus === undefined ? undefined : health.bus === 'up' }),
    busLag: durations.stats().busLag,
  });
}

function copy<T extends object>(counts: T): Readonly<T> {
  return Object.freeze({ ...counts });
}
