import type { Clock, Cancel } from '../../ports/clock';
import type { Health, HealthProbe } from '../../ports/health-probe';

/** Longer than a subscription takes, also after an outage. Milliseconds. */
const graceMs = 10_000;

interface BusWatchParts {
  /** Of the bus. */
  readonly bus: HealthProbe;
  /** Of the store. While both are down it is one outage, which is reported already. */
  readonly l2: HealthProbe;
  readonly clock: Clock;
  /** Called once when the bus alone is down, and once when it is back. */
  readonly notify: (health: Health, reason: string | undefined) => void;
}

/** Notices a bus that is down while L2 is up, which no other part would report. */
export class BusWatch {
  readonly #parts: BusWatchParts;
  #stops: readonly (() => void)[] = [];
  #cancel: Cancel | undefined;
  #isReported = false;

  constructor(parts: BusWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    const look = (): void => {
      this.#look();
    };
    this.#stops = [this.#parts.bus.onChange(look), this.#parts.l2.onChange(look)];
    look();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#endGrace();
  }

  #look(): void {
    const { bus, clock, l2 } = this.#parts;
    if (bus.health === 'up') this.#back();
    if (bus.health === 'up' || l2.health === 'down') this.#endGrace();
    else if (!this.#isReported) this.#cancel ??= clock.schedule(graceMs, () => this.#away());
  }

  #away(): void {
    this.#cancel = undefined;
    this.#isReported = true;
    this.#parts.notify('down', this.#parts.bus.reason);
  }

  #back(): void {
    if (!this.#isReported) return;
    this.#isReported = false;
    this.#parts.notify('up', undefined);
  }

  #endGrace(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
