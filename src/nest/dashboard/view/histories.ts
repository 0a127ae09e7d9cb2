import type { TierHealth } from '../../../domain/l2/remote-tier';
import type { CacheStats } from '../../../ports/cache-stats';

/** The reads of one namespace between two readings. */
export interface TrafficSample {
  /** Milliseconds since the later reading. */
  readonly agoMs: number;
  /** Milliseconds between the two. */
  readonly forMs: number;
  readonly l1: number;
  readonly l2: number;
  readonly misses: number;
}

interface Reading {
  readonly at: number;
  readonly l1: number;
  readonly l2: number;
  readonly misses: number;
}

const keptTrafficMs = 15 * 60_000;

/** The reads of the last 15 minutes, by the place of the answer. Instants are monotonic milliseconds. */
export class TrafficHistory {
  /** The oldest first; each but the first ends a sample. */
  #readings: readonly Reading[];

  /** @param since - the instant at which the counters were those of `stats`, or 0 */
  constructor(since: number, stats?: CacheStats) {
    this.#readings = [stats === undefined ? { at: since, l1: 0, l2: 0, misses: 0 } : reading(stats, since)];
  }

  record(stats: CacheStats, at: number): void {
    const all = [...this.#readings, reading(stats, at)];
    // The reading before the first one in the period is kept: that sample begins there.
    this.#readings = all.filter((_, index) => (all[index + 1]?.at ?? at) > at - keptTrafficMs);
  }

  samples(now: number): readonly TrafficSample[] {
    return this.#readings.slice(1).map((later, index) => between(this.#readings[index] ?? later, later, now));
  }
}

function reading({ hitsByTier: { l1, l2 }, misses }: CacheStats, at: number): Reading {
  return { at, l1, l2, misses };
}

function between(earlier: Reading, later: Reading, now: number): TrafficSample {
  return {
    agoMs: now - later.at,
    forMs: later.at - earlier.at,
    l1: later.l1 - earlier.l1,
    l2: later.l2 - earlier.l2,
    misses: later.misses - earlier.misses,
  };
}

/** A period in which L2 was in one state. */
export interface TierPeriod {
  readonly state: TierHealth['state'];
  /** Why it was down; `undefined` otherwise. */
  readonly reason: string | undefined;
  /** Milliseconds since it began. */
  readonly agoMs: number;
  /** Milliseconds, until the next or until now. */
  readonly lastedMs: number;
}

interface Change {
  readonly state: TierHealth['state'];
  readonly reason: string | undefined;
  readonly at: number;
}

const keptChanges = 50;

/** The last 50 changes of L2. Instants are monotonic milliseconds. */
export class TierHistory {
  /** The oldest first. */
  #changes: readonly Change[] = [];

  record(state: TierHealth['state'], at: number, reason?: string): void {
    this.#changes = [...this.#changes, { state, reason, at }].slice(-keptChanges);
  }

  /** The newest first. */
  periods(now: number): readonly TierPeriod[] {
    return this.#changes
      .map(({ at, state, reason }, index) => ({ state, reason, agoMs: now - at, lastedMs: (this.#changes[index + 1]?.at ?? now) - at }))
      .reverse();
  }
}
