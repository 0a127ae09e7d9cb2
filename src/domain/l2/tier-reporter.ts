import type { Clock } from '../../ports/clock';
import type { Health } from '../../ports/health-probe';
import type { Logger } from '../../ports/logger';
import type { DeadlineKind, MetricsSink } from '../../ports/metrics-sink';
import type { CacheEmitter, CacheEventName, CacheEvents } from '../events/cache-events';
import { Layer2Counts } from '../events/layer2-counts';
import type { BreakerState } from './remote-tier';
import type { TierState } from './tier-state';

/** Counts and tells the story of layer 2: one line in the log, one event and one metric per transition. */
export class TierReporter {
  readonly counts = new Layer2Counts();
  readonly #driver: string;
  readonly #metrics: MetricsSink;
  readonly #emitters: Iterable<CacheEmitter>;
  readonly #logger: Logger;
  readonly #clock: Clock;

  /** @param emitters - of all namespaces: they share layer 2 */
  constructor(driver: string, metrics: MetricsSink, emitters: Iterable<CacheEmitter>, logger: Logger, clock: Clock) {
    this.#driver = driver;
    this.#metrics = metrics;
    this.#emitters = emitters;
    this.#logger = logger;
    this.#clock = clock;
  }

  transitioned(from: TierState, to: TierState): void {
    if (from.name !== to.name) this.#transition(to.name);
    switch (to.name) {
      case 'down':
        this.#logger.warn(`layer 2 (${this.#driver}) is offline: ${to.reason}; layer 1 and the loaders answer until it is back`);
        this.#emit('down', { reason: to.reason });
        return;
      case 'recovering':
        this.#logger.info(`layer 2 (${this.#driver}) is there again; it is told what it missed before it is read`);
        this.#emit('recovering', { downMs: this.#clock.elapsed() - to.downSince });
        return;
      case 'up':
        this.#up(from, to.refusal?.reason);
    }
  }

  /** Messages of other processes may have been lost. */
  gap(): void {
    this.counts.bus.gaps++;
    this.#metrics.record({ name: 'gap' });
    this.#logger.info(`invalidations from other processes may have been lost (${this.#driver}); layer 1 was emptied`);
    this.#emit('gap', {});
  }

  /** The bus alone is away, or is back. */
  bus(health: Health, reason = 'no reason given'): void {
    const bus = `the bus of layer 2 (${this.#driver})`;
    if (health === 'up') this.#logger.info(`${bus} is back`);
    else this.#logger.warn(`${bus} is away: ${reason}; until it is back, this process notices late what others change`);
  }

  /** Per call, and therefore for debugging only: the transition has been told. */
  skipped(): void {
    this.counts.skipped++;
    this.#logger.debug(`layer 2 (${this.#driver}) is offline: a call was answered without it`);
  }

  failed(error: unknown): void {
    this.counts.failures++;
    this.#logger.debug(`a call to layer 2 (${this.#driver}) failed: ${error instanceof Error ? error.message : 'no reason given'}`);
  }

  /** Layer 2 did not answer within its deadline. */
  deadlineExceeded(operation: DeadlineKind): void {
    this.counts.overruns[operation]++;
    this.#metrics.record({ name: 'late', operation });
  }

  breaker(state: BreakerState): void {
    this.counts.breakerTransitions[state]++;
    this.#metrics.record({ name: 'breaker', state });
  }

  message(direction: 'sent' | 'received'): void {
    this.counts.bus[direction]++;
    this.#metrics.record({ name: 'message', direction });
  }

  /** A message of ours has come back. */
  recordBusLag(ms: number): void {
    this.counts.durations.add('busLag', ms);
  }

  #transition(state: TierState['name']): void {
    this.counts.transitions[state]++;
    this.#metrics.record({ name: 'tier', state });
  }

  #up(from: TierState, refusal: string | undefined): void {
    if (from.name === 'recovering') {
      const downMs = this.#clock.elapsed() - from.downSince;
      this.#logger.info(`layer 2 (${this.#driver}) is up`);
      this.#emit('up', { downMs });
    }
    if (refusal !== undefined) {
      this.#logger.warn(`layer 2 (${this.#driver}) answers reads but refuses writes: ${refusal}`);
    } else if (from.name === 'up') {
      this.#logger.info(`layer 2 (${this.#driver}) takes writes again`);
    }
  }

  #emit<N extends CacheEventName>(name: N, event: CacheEvents[N]): void {
    for (const emitter of this.#emitters) emitter.emit(name, event);
  }
}
