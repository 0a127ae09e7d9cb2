import type { CacheStats } from '../../ports/cache-stats';
import type { CacheReading, Labels } from './exported-caches';
import type { Instrument, Series } from './instrument';

/** One value of one instrument. */
export interface Line<V> {
  readonly value: V;
  readonly attributes: Labels;
}

/** What an instrument tells of one cache. */
export function* lines<T, V>(
  instrument: Instrument & { readonly series: readonly Series<T>[] },
  { cache, stats }: CacheReading,
  valueOf: (of: T, stats: CacheStats) => V | undefined,
): Generator<Line<V>> {
  if (!cache.instruments.includes(instrument)) return;
  for (const series of instrument.series) {
    const value = valueOf(series.of, stats);
    if (value !== undefined) yield { value, attributes: cache.attributes.get(series) ?? {} };
  }
}
