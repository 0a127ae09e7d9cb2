import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';
import type { InvalidationBus, InvalidationMessage } from '../../ports/invalidation-bus';
import type { TierReporter } from '../l2/tier-reporter';

/** Counts the messages of a bus, and times those of this cache on their way through the server and back, by one clock. */
export class TimedBus implements InvalidationBus {
  readonly #inner: InvalidationBus;
  readonly #node: string;
  readonly #reporter: TierReporter;
  readonly #clock: Clock;
  /** The message that is timed; the next one is timed when it is back, or 32 later ones were sent. */
  #timed: { readonly sequence: number; readonly began: number } | undefined;

  /** @param node - the name of this cache on the bus */
  constructor(inner: InvalidationBus, node: string, reporter: TierReporter, clock: Clock) {
    this.#inner = inner;
    this.#node = node;
    this.#reporter = reporter;
    this.#clock = clock;
  }

  get probe(): HealthProbe {
    return this.#inner.probe;
  }

  get noticesWithinMs(): number {
    return this.#inner.noticesWithinMs;
  }

  async publish(message: InvalidationMessage): Promise<void> {
    const { sequence } = message;
    if (this.#timed === undefined || sequence > this.#timed.sequence + giveUpAfter)
      this.#timed = { sequence, began: this.#clock.precise() };
    await this.#inner.publish(message);
    this.#reporter.report('message', { direction: 'sent' });
  }

  subscribe(onMessage: (message: InvalidationMessage) => void, onGap: () => void): Promise<() => Promise<void>> {
    return this.#inner.subscribe((message) => {
      if (message.node === this.#node) this.#onEcho(message);
      else this.#reporter.report('message', { direction: 'received' });
      onMessage(message);
    }, onGap);
  }

  #onEcho({ sequence }: InvalidationMessage): void {
    if (this.#timed?.sequence !== sequence) return;
    this.#reporter.report('busLag', { ms: this.#clock.precise() - this.#timed.began });
    this.#timed = undefined;
  }
}

/** A message that is not back after so many later ones is given up. */
const giveUpAfter = 32;
