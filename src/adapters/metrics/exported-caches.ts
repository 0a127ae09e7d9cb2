import type { CacheStats } from '../../ports/cache-stats';
import type { MetricsSource } from '../../ports/metrics-observer';
import { CacheNames } from './cache-names';
import type { Instrument, Series } from './instrument';
import { instruments } from './instruments';

type Labels = Readonly<Record<string, string>>;

/** A namespace, under the name that it is exported by. */
export interface ExportedCache {
  readonly source: MetricsSource;
  /** Those that tell something for this namespace. */
  readonly instruments: readonly Instrument[];
  /** The same object for the same series each time: pipelines are asked often. */
  readonly attributes: ReadonlyMap<Series<unknown>, Labels>;
}

/** One look at one cache. */
export interface CacheReading {
  readonly cache: ExportedCache;
  readonly stats: CacheStats;
}

/** What one pipeline exports. */
export class ExportedCaches {
  readonly #names = new CacheNames();
  readonly #caches = new Set<ExportedCache>();
  #saidBroken = false;

  get size(): number {
    return this.#caches.size;
  }

  /** `undefined` when there are too many. */
  add(source: MetricsSource): { readonly cache: ExportedCache; readonly remove: () => void } | undefined {
    const name = this.#names.take(source);
    if (name === undefined) return undefined;
    const own = instruments.filter(({ shared }) => shared !== true || source.tellsLayer2);
    const series: readonly Series<unknown>[] = own.flatMap((instrument) => [...instrument.series]);
    const attributes = new Map(series.map((one) => [one, { cache: name, ...one.attributes }]));
    const cache: ExportedCache = { source, instruments: own, attributes };
    this.#caches.add(cache);
    const remove = (): void => {
      if (this.#caches.delete(cache)) this.#names.release(name);
    };
    return { cache, remove };
  }

  /** One that cannot say how it is does not keep the others from it. */
  *read(): Generator<CacheReading> {
    for (const cache of [...this.#caches]) {
      const stats = this.#statsOf(cache);
      if (stats !== undefined) yield { cache, stats };
    }
  }

  #statsOf({ source }: ExportedCache): CacheStats | undefined {
    try {
      return source.stats();
    } catch {
      if (!this.#saidBroken) source.logger.error(`metrics: the cache '${source.cache}' could not say how it is (logged once)`);
      this.#saidBroken = true;
      return undefined;
    }
  }
}

/** One value of one instrument. */
interface Line<V> {
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
