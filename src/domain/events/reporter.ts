import { durationNames } from '../../ports/cache-stats';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { CacheEvent, MetricsSink } from '../../ports/metrics-sink';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { CacheEmitter } from './cache-events';
import { Durations } from './durations';
import { EventReporter } from './event-reporter';
import { cacheHappenings, type CacheFacts } from './events';

/** One L1 hit in so many is timed: reading the clock costs about as much as a hit. */
const sampled = 64;

/** {@link Reporter.begin} returns it for a hit that is not timed. */
const untimed = -1;

const localHit: CacheEvent = cacheHappenings.hit.sink({ tier: 'l1' });

/** Reports the happenings of one namespace. L1 hits have a separate method, which allocates nothing. */
export class Reporter extends EventReporter<CacheFacts, typeof cacheHappenings> {
  readonly durations: Durations<(typeof durationNames)[number]>;
  readonly #hits = this.counts.hit;
  readonly #metrics: MetricsSink;
  readonly #emitter: CacheEmitter;
  readonly #clock: Clock;
  /** The number of hits when one was last timed. */
  #timedHits = 0;

  constructor(metrics: MetricsSink, emitter: CacheEmitter, logger: Logger, clock: Clock) {
    const durations = new Durations(durationNames);
    super(cacheHappenings, { metrics, emitters: [emitter], logger, durations, driver: '' });
    this.durations = durations;
    this.#metrics = metrics;
    this.#emitter = emitter;
    this.#clock = clock;
  }

  /** Call it where a read begins that may hit L1, and give the result to {@link localHit}. */
  begin(): number {
    return this.#hits.l1 - this.#timedHits >= sampled - 1 ? this.#clock.precise() : untimed;
  }

  /** As `report('hit', …)`, for the hot path. */
  localHit(key: SanitizedKey, began: number): void {
    this.#hits.l1++;
    if (began !== untimed) this.#timed(began);
    this.#metrics.record(localHit);
    if (this.#emitter.has('hit')) this.#emitter.emit('hit', { key, tier: 'l1' });
  }

  /**
   * @param began - by the clock's `precise`
   * @param weight - the number of operations that this duration represents
   */
  recordDuration(name: OperationName, began: number, weight = 1): void {
    this.durations.add(name, this.#clock.precise() - began, weight);
  }

  /** The duration represents all hits since the last one that was timed. */
  #timed(began: number): void {
    this.durations.add('l1Get', this.#clock.precise() - began, this.#hits.l1 - this.#timedHits);
    this.#timedHits = this.#hits.l1;
  }
}

/** One operation in one tier. L1 hits are timed by {@link Reporter.localHit}. */
type OperationName = Exclude<Extract<(typeof durationNames)[number], `l1${string}` | `l2${string}`>, 'l1Get'>;
