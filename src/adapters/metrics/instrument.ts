import type { CacheStats, DurationName } from '../../ports/cache-stats';

/** The instrumentation scope: the library and its version. A test compares them with `package.json`, which is not part of a bundle. */
export const scope = { name: 'tiercel', version: '0.1.0' } as const;

/** One line of an instrument for each cache. */
export interface Series<T> {
  readonly attributes: Readonly<Record<string, string>>;
  readonly of: T;
}

/** `undefined` where the line is left out. */
type Measure = (stats: CacheStats) => number | undefined;

interface Description {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** Exported once for all namespaces of a cache, because they share it. */
  readonly shared?: true;
}

export interface MeasuredInstrument extends Description {
  readonly kind: 'counter' | 'gauge';
  readonly series: readonly Series<Measure>[];
}

export interface TimedInstrument extends Description {
  readonly kind: 'histogram';
  readonly series: readonly Series<DurationName>[];
}

export type Instrument = MeasuredInstrument | TimedInstrument;

export function one(of: Measure, attributes: Series<Measure>['attributes'] = {}): Series<Measure> {
  return { attributes, of };
}

/** A line for each word of an attribute. */
export function each<W extends string>(
  attribute: string,
  words: readonly W[],
  of: (stats: CacheStats) => Readonly<Record<W, number>> | undefined,
  others: Series<Measure>['attributes'] = {},
): Series<Measure>[] {
  return words.map((word) => one((stats) => of(stats)?.[word], { ...others, [attribute]: word }));
}

export function timed(of: DurationName, attributes: Series<DurationName>['attributes'] = {}): Series<DurationName> {
  return { attributes, of };
}

/** Converts a bound, rounded to three digits because it becomes a label. */
export function toSeconds(boundMs: number): number {
  return Number((boundMs / 1_000).toPrecision(3));
}
