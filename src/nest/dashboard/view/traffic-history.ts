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
