import type { DurationStats } from '../../ports/cache-stats';

/** Counts durations in buckets that are there from the beginning: adding one allocates nothing. */
export class Histogram {
  readonly #boundsMs: readonly number[];
  readonly #counts: number[];
  #sumMs = 0;

  /** @param boundsMs - ascending; a duration belongs to the first that it does not exceed */
  constructor(boundsMs: readonly number[]) {
    this.#boundsMs = boundsMs;
    this.#counts = new Array<number>(boundsMs.length + 1).fill(0);
  }

  /** @param weight - the number of operations that the duration represents */
  add(ms: number, weight: number): void {
    let bucket = 0;
    // Most are short, and found in the first buckets; durations above all bounds belong to the last.
    while (ms > (this.#boundsMs[bucket] ?? Infinity)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + weight;
    this.#sumMs += ms * weight;
  }

  stats(): DurationStats {
    const counts = Object.freeze([...this.#counts]);
    const count = counts.reduce((sum, one) => sum + one, 0);
    const [p50Ms, p99Ms] = [this.#quantile(0.5 * count), this.#quantile(0.99 * count)];
    return Object.freeze({ count, sumMs: this.#sumMs, p50Ms, p99Ms, boundsMs: this.#boundsMs, counts });
  }

  /** As if the durations of one bucket were spread evenly over it; those beyond the last bound count as that bound. */
  #quantile(rank: number): number | undefined {
    let below = 0;
    let fromMs = 0;
    for (const [bucket, toMs] of this.#boundsMs.entries()) {
      const inside = this.#counts[bucket] ?? 0;
      if (inside > 0 && below + inside >= rank) return fromMs + ((rank - below) / inside) * (toMs - fromMs);
      below += inside;
      fromMs = toMs;
    }
    return rank > below ? fromMs : undefined;
  }
}
