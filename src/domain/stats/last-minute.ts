import type { CacheStats } from '../../ports/cache-stats';
import type { Clock } from '../../ports/clock';

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
export function rate(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
