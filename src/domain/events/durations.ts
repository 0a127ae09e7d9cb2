import type { DurationName, DurationStats } from '../../ports/cache-stats';
import type { DurationListener } from '../../ports/metrics-observer';
import { Listeners } from '../shared/listeners';

/** 1 µs to 5 s: a hit of L1 takes less than the first, and a call to L2 hardly ever more than the last. */
const latency = steps(1e-3, 5_000);

const load = steps(1, 60_000);

/** One second to a day. */
const staleness = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400].map((seconds) => seconds * 1_000);

/** Milliseconds. */
export const boundsMs: Readonly<Record<DurationName, readonly number[]>> = Object.freeze({
  l1Get: latency,
  l1Set: latency,
  l1Delete: latency,
  l2Get: latency,
  l2Set: latency,
  l2Delete: latency,
  l2Clear: latency,
  loadStored: load,
  loadFenced: load,
  loadSkipped: load,
  loadFailed: load,
  staleRevalidate: staleness,
  staleError: staleness,
  staleUnreachable: staleness,
  busLag: latency,
});

/** A histogram for each of the given names. */
export class Durations<N extends DurationName> {
  readonly #histograms: ReadonlyMap<N, Histogram>;
  readonly #listeners = new Listeners<Parameters<DurationListener>>();

  constructor(names: readonly N[]) {
    this.#histograms = new Map(names.map((name) => [name, new Histogram(boundsMs[name])]));
  }

  /** @param weight - the number of operations that the duration represents */
  add(name: N, ms: number, weight = 1): void {
    this.#histograms.get(name)?.add(ms, weight);
    this.#listeners.notify(name, ms);
  }

  onAdd(listener: DurationListener): () => void {
    return this.#listeners.add(listener);
  }

  stats(): Readonly<Record<N, DurationStats>> {
    const all = [...this.#histograms].map(([name, histogram]) => [name, histogram.stats()]);
    return Object.fromEntries(all) as Record<N, DurationStats>;
  }
}

/** 1, 2.5, 5, 10, 25, 50… */
function steps(fromMs: number, toMs: number): readonly number[] {
  const found: number[] = [];
  for (let decade = fromMs; decade <= toMs; decade *= 10) found.push(...[1, 2.5, 5].map((step) => roundBound(decade * step)));
  return Object.freeze(found.filter((bound) => bound <= toMs));
}

/** Without the noise of floating point: a bound is a label. */
function roundBound(bound: number): number {
  return Number(bound.toPrecision(3));
}

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
