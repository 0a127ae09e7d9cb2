import type { Clock, Cancel } from '../../ports/clock';
import type { Health, HealthProbe } from '../../ports/health-probe';

/** Longer than it takes to subscribe, and to come back after an outage. Milliseconds. */
const patienceMs = 10_000;

interface BusWatchParts {
  /** Of the bus. */
  readonly bus: HealthProbe;
  /** Of the store beside it: while that is away too, it is one outage, which is told already. */
  readonly layer2: HealthProbe;
  readonly clock: Clock;
  /** Told that the bus alone is away, once, and once that it is back. */
  readonly tell: (health: Health, reason: string | undefined) => void;
}

/** Notices that nothing is heard on the bus although layer 2 is there: nothing else would tell of it. */
export class BusWatch {
  readonly #parts: BusWatchParts;
  #stops: readonly (() => void)[] = [];
  #cancel: Cancel | undefined;
  #said = false;

  constructor(parts: BusWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    const look = (): void => {
      this.#look();
    };
    this.#stops = [this.#parts.bus.onChange(look), this.#parts.layer2.onChange(look)];
    look();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#endPatience();
  }

  #look(): void {
    const { bus, clock, layer2 } = this.#parts;
    if (bus.health === 'up') this.#back();
    if (bus.health === 'up' || layer2.health === 'down') this.#endPatience();
    else if (!this.#said) this.#cancel ??= clock.schedule(patienceMs, () => this.#away());
  }

  #away(): void {
    this.#cancel = undefined;
    this.#said = true;
    this.#parts.tell('down', this.#parts.bus.reason);
  }

  #back(): void {
    if (!this.#said) return;
    this.#said = false;
    this.#parts.tell('up', undefined);
  }

  #endPatience(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
