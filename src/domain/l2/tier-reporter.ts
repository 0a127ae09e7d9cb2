import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { MetricsSink } from '../../ports/metrics-sink';
import type { CacheEmitter } from '../events/cache-events';
import { Durations } from '../events/durations';
import { EventReporter } from '../events/event-reporter';
import { noFacts } from '../events/happening';
import { l2Happenings, type L2Facts } from '../events/l2-events';
import type { TierState } from './tier-state';

/** Reports the happenings of L2. */
export class TierReporter extends EventReporter<L2Facts, typeof l2Happenings> {
  readonly durations: Durations<'busLag'>;
  readonly #clock: Clock;

  /** @param emitters - of all namespaces: they share L2 */
  constructor(driver: string, metrics: MetricsSink, emitters: Iterable<CacheEmitter>, logger: Logger, clock: Clock) {
    const durations = new Durations(['busLag']);
    super(l2Happenings, { metrics, emitters, logger, durations, driver, now: () => clock.elapsed() });
    this.durations = durations;
    this.#clock = clock;
  }

  transitioned(from: TierState, to: TierState): void {
    const now = this.#clock.elapsed();
    switch (to.name) {
      case 'down':
        this.report('down', { reason: to.reason });
        return;
      case 'recovering':
        this.report('recovering', { downMs: now - to.downSince });
        return;
      case 'up':
        if (from.name === 'recovering') this.report('up', { downMs: now - from.downSince });
        this.#refusalChanged(refusalOf(from), refusalOf(to));
        return;
      case 'suspect':
    }
  }
  #refusalChanged(from: string | undefined, to: string | undefined): void {
    if (from === to) return;
    if (to === undefined) this.report('writesAccepted', noFacts);
    else this.report('writesRefused', { reason: to });
  }
}

function refusalOf(state: TierState): string | undefined {
  return state.name === 'up' || state.name === 'suspect' ? state.refusal?.reason : undefined;
}
