import type { DurationName } from '../../ports/cache-stats';
import type { Logger } from '../../ports/logger';
import type { MetricsSink } from '../../ports/metrics-sink';
import type { CacheEmitter, CacheEventName, CacheEvents } from './cache-events';
import { type Counts, type Emission, type Happening, type Happenings, type LogLine, zeroCounts } from './happening';

export interface Outlets {
  readonly metrics: MetricsSink;
  readonly emitters: Iterable<CacheEmitter>;
  readonly logger: Logger;
  readonly durations: { add(name: DurationName, ms: number): void };
  /** Monotonic milliseconds, for lines that are limited in time. */
  readonly now?: () => number;
  /** Named in log lines; empty where none are about a driver. */
  readonly driver: string;
}

/**
 * Executes the rows of a table: counts, records durations, calls the metrics sink, emits, logs.
 * @typeParam T - the facts of each happening
 * @typeParam R - the rows
 */
export class EventReporter<T extends { readonly [N in keyof T]: object }, R extends Happenings<T> & Readonly<Record<string, object>>> {
  readonly counts: Counts<R>;
  readonly #rows: Happenings<T>;
  readonly #outlets: Outlets;
  /** Identities of lines and events that are written or emitted once. */
  readonly #done = new Set<string>();
  /** Of the happenings whose lines are limited in time: when the last line was written, and how many were left out since. */
  readonly #limited = new Map<string, { readonly at: number; left: number }>();

  constructor(rows: R, outlets: Outlets) {
    this.counts = zeroCounts(rows);
    this.#rows = rows;
    this.#outlets = outlets;
  }

  report<N extends keyof T & string>(name: N, facts: T[N]): void {
    const row: Happening<T[N]> = this.#rows[name];
    const amount = row.amount === undefined ? 1 : row.amount(facts);
    if (amount === 0) return;
    const counters: Record<string, number> = this.counts[name];
    const word = row.by === undefined ? 'total' : String(facts[row.by]);
    counters[word] = (counters[word] ?? 0) + amount;
    const { durations, metrics } = this.#outlets;
    if (row.duration !== undefined) durations.add(row.duration.name(facts), row.duration.ms(facts));
    if (row.sink !== undefined) metrics.record(row.sink(facts));
    if (row.log !== undefined) this.#log(name, row.log, facts);
    if (row.event !== undefined) this.#emit(row.event, facts);
  }

  #log<F>(name: string, lines: readonly LogLine<F>[], facts: F): void {
    const { driver, logger } = this.#outlets;
    for (const { level, once, everyMs, text } of lines) {
      const leftOut = everyMs === undefined ? 0 : this.#leftOut(name, everyMs);
      if (leftOut === undefined) continue;
      const line = text(facts, driver);
      if (line === undefined) continue;
      if (leftOut > 0) logger[level](`${line} (and ${leftOut} times more since the last such line)`);
      else if (once === undefined) logger[level](line);
      else if (this.#isFirst(`${name} ${level} ${once(facts)}`)) logger[level](`${line} (logged once)`);
    }
  }

  /** Builds the event only if there is a listener. */
  #emit<F>({ name, of, once }: Emission<F>, facts: F): void {
    let event: CacheEvents[CacheEventName] | undefined;
    for (const emitter of this.#outlets.emitters) {
      if (!emitter.has(name)) continue;
      if (event === undefined) {
        const identity = once?.(facts);
        if (identity !== undefined && !this.#isFirst(`${name} ${identity}`)) return;
        event = of(facts);
      }
      emitter.emit(name, event);
    }
  }

  /** How many lines were left out since the last one; `undefined` where this one is left out, too. */
  #leftOut(name: string, everyMs: number): number | undefined {
    const now = this.#outlets.now?.() ?? 0;
    const last = this.#limited.get(name);
    if (last !== undefined && now - last.at < everyMs) {
      last.left += 1;
      return undefined;
    }
    this.#limited.set(name, { at: now, left: 0 });
    return last?.left ?? 0;
  }

  #isFirst(identity: string): boolean {
    if (this.#done.has(identity)) return false;
    this.#done.add(identity);
    return true;
  }
}
