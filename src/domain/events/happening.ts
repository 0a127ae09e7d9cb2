import type { DurationName } from '../../ports/cache-stats';
import type { CacheEvent } from '../../ports/metrics-sink';
import type { CacheEventName, CacheEvents } from './cache-events';

/** One line in the log. */
export interface LogLine<F> {
  readonly level: 'debug' | 'info' | 'warn';
  /** @returns `undefined` where these facts get no line */
  readonly text: (facts: F, driver: string) => string | undefined;
  /** Lines of one happening with the same identity are written once. */
  readonly once?: (facts: F) => string;
  /** For a happening of every call: at most one line in this time, with the number of those that were left out. Milliseconds. */
  readonly everyMs?: number;
}

/** The event for `cache.on`. */
export type Emission<F> = {
  [N in CacheEventName]: {
    readonly name: N;
    readonly of: (facts: F) => CacheEvents[N];
    /** Events with the same identity are emitted once; `undefined` for those that always are. */
    readonly once?: (facts: F) => string | undefined;
  };
}[CacheEventName];

/** The fact that has a counter for each of its words; without it the happening has one counter. */
type Counting<F> =
  | { readonly by?: never; readonly words?: never }
  | { [B in keyof F & string]: { readonly by: B; readonly words: readonly (F[B] & string)[] } }[keyof F & string];

/**
 * A row of a table of happenings: everything that follows from reporting one.
 * @typeParam F - the facts that are reported with it
 */
export type Happening<F> = Counting<F> & {
  /** How much the counter grows; 1 without it. Nothing follows from a happening of amount 0. */
  readonly amount?: (facts: F) => number;
  /** The field of `cache.stats()` that shows the counter. */
  readonly stats?: string;
  /** The exported metric that shows the counter. */
  readonly metric?: string;
  readonly duration?: { readonly metric: string; readonly name: (facts: F) => DurationName; readonly ms: (facts: F) => number };
  /** The event that a `MetricsSink` receives. */
  readonly sink?: (facts: F) => CacheEvent;
  readonly event?: Emission<F>;
  readonly log?: readonly LogLine<F>[];
};

/** A table: a row for each name in `T`, whose types are the facts. */
export type Happenings<T> = { readonly [N in keyof T]: Happening<T[N]> };

export type NoFacts = Readonly<Record<string, never>>;

export const noFacts: NoFacts = Object.freeze({});

/** The counters of a table: one for each word of a row, or one named `total`. */
export type Counts<R> = {
  readonly [N in keyof R]: Record<R[N] extends { readonly words: readonly (infer W extends string)[] } ? W : 'total', number>;
};

export function zeroCounts<R extends Readonly<Record<string, { readonly words?: readonly string[] }>>>(rows: R): Counts<R> {
  const counts = Object.entries(rows).map(([name, { words = ['total'] }]) => [name, Object.fromEntries(words.map((word) => [word, 0]))]);
  return Object.fromEntries(counts) as Counts<R>;
}
