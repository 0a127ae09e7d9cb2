import { logOnce } from '../../domain/shared/log-once';
import type { CacheStats } from '../../ports/cache-stats';
import type { MetricsSource } from '../../ports/metrics-observer';
import type { Instrument, Series } from './instrument';
import { instruments } from './instruments';

type Labels = Readonly<Record<string, string>>;

/** A namespace that is exported. */
export interface ExportedCache {
  readonly source: MetricsSource;
  /** The instruments that have lines for this namespace. */
  readonly instruments: readonly Instrument[];
  /** The labels of each series, made once because pipelines read often. */
  readonly attributes: ReadonlyMap<Series<unknown>, Labels>;
}

/** The numbers of one cache at one moment. */
export interface CacheReading {
  readonly cache: ExportedCache;
  readonly stats: CacheStats;
}

/** The caches that one pipeline exports. */
export class ExportedCaches {
  readonly #names = new CacheNames();
  readonly #caches = new Set<ExportedCache>();
  #logBroken: ((message: string) => void) | undefined;

  get size(): number {
    return this.#caches.size;
  }

  /** `undefined` when there are too many. */
  add(source: MetricsSource): { readonly cache: ExportedCache; readonly remove: () => void } | undefined {
    const name = this.#names.take(source);
    if (name === undefined) return undefined;
    const own = instruments.filter(({ shared }) => shared !== true || source.reportsL2);
    const series: readonly Series<unknown>[] = own.flatMap((instrument) => [...instrument.series]);
    const attributes = new Map(series.map((one) => [one, { cache: name, ...one.attributes }]));
    const cache: ExportedCache = { source, instruments: own, attributes };
    this.#caches.add(cache);
    const remove = (): void => {
      if (this.#caches.delete(cache)) this.#names.release(name);
    };
    return { cache, remove };
  }

  /** A cache whose numbers cannot be read is left out. */
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
      this.#logBroken ??= logOnce((message) => source.logger.error(message));
      this.#logBroken(`metrics: the numbers of the cache '${source.cache}' could not be read`);
      return undefined;
    }
  }
}

/** One value of one instrument. */
interface Line<V> {
  readonly value: V;
  readonly attributes: Labels;
}

/** The lines of an instrument for one cache. */
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

/** The caches that one pipeline exports: each has some hundred series, and twenty more for each histogram. */
const maxCaches = 100;

const maxNameLength = 64;

/**
 * The values of the attribute `cache`: bounded in length and number, and unique, because two caches of one name would overwrite each other's
 * numbers.
 */
class CacheNames {
  readonly #taken = new Set<string>();
  #logFull: ((message: string) => void) | undefined;

  /** `undefined` where all names are taken. */
  take({ cache, logger }: MetricsSource): string | undefined {
    if (this.#taken.size >= maxCaches) {
      this.#logFull ??= logOnce((message) => logger.warn(message));
      this.#logFull(`metrics: more than ${String(maxCaches)} caches; the others are not exported`);
      return undefined;
    }
    const wanted = cache.slice(0, maxNameLength);
    const name = this.#free(wanted);
    this.#taken.add(name);
    if (name !== wanted)
      logger.warn(`metrics: another cache is named '${wanted}'; this one is exported as '${name}'. Give each its own namespace`);
    return name;
  }

  release(name: string): void {
    this.#taken.delete(name);
  }

  #free(wanted: string): string {
    if (!this.#taken.has(wanted)) return wanted;
    let number = 2;
    while (this.#taken.has(`${wanted}#${String(number)}`)) number++;
    return `${wanted}#${String(number)}`;
  }
}
