import type { DurationName, DurationStats } from '../../ports/cache-stats';
import type { DurationListener } from '../../ports/metrics-observer';
import { Listeners } from '../shared/listeners';
import { boundsMs } from './bounds';
import { Histogram } from './histogram';

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
