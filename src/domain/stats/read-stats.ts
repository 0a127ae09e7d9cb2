import type { CacheStats, Layer2Stats } from '../../ports/cache-stats';
import type { Clock } from '../../ports/clock';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import type { Leases } from '../l2/leases';
import type { RemoteTier } from '../l2/remote-tier';

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

interface Reading {
  readonly at: number;
  readonly hits: number;
  readonly misses: number;
}

const minuteMs = 60_000;

/** Readings that are closer together are one, so that there are never more than some sixty. */
const apartMs = 1_000;

/**
 * Hits and misses of the last minute, computed from earlier readings: without a timer, and without a reading of the clock for each hit.
 * A minute is then as exact as the readings are frequent.
 */
export class LastMinute {
  readonly #clock: Clock;
  /** Of earlier readings: at the beginning of the minute, or of everything. */
  #base: Reading;
  /** Those since then, the oldest first. */
  #readings: readonly Reading[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#base = { at: clock.elapsed(), hits: 0, misses: 0 };
  }

  read(hits: number, misses: number): CacheStats['lastMinute'] {
    const at = this.#clock.elapsed();
    this.#forgetBefore(at - minuteMs);
    const last = this.#readings.at(-1) ?? this.#base;
    if (at - last.at >= apartMs) this.#readings = [...this.#readings, { at, hits, misses }];
    const [newHits, newMisses] = [hits - this.#base.hits, misses - this.#base.misses];
    return Object.freeze({ hits: newHits, misses: newMisses, hitRate: rate(newHits, newHits + newMisses) });
  }

  /** The newest reading that is old enough is kept, to count from. */
  #forgetBefore(instant: number): void {
    const isOld = ({ at }: Reading): boolean => at <= instant;
    this.#base = this.#readings.findLast(isOld) ?? this.#base;
    this.#readings = this.#readings.filter((reading) => !isOld(reading));
  }
}

/** From 0 to 1; 0 of nothing. */
function rate(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
