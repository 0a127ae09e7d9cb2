import type { Clock, Cancel } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';
import type { InvalidationBus } from '../../ports/invalidation-bus';
import type { InvalidationKind, InvalidationReceiver, InvalidKeys } from '../consistency/pending-invalidations';
import { noFacts } from '../events/happening';
import type { BusView } from '../l1/memory-tier';
import type { TierReporter } from '../l2/tier-reporter';
import type { Background } from '../shared/background';
import { withDeadline } from '../shared/deadline';
import { BusWatch } from './bus-watch';
import { InvalidationListener } from './invalidation-listener';
import { InvalidationPublisher } from './invalidation-publisher';

/** The ttl of L1 without a bus, because no process is notified of the deletes of others. Milliseconds. */
export const ttlWithoutBusMs = 30_000;

/** In milliseconds. */
const leaveLimitMs = 500;

/** Receives the changes of other processes, and announces those of this one. */
export interface InvalidationChannel extends BusView {
  register(namespace: string, receiver: InvalidationReceiver): void;
  /** @returns whether the other processes were notified: `true` at once where there is no bus */
  announce(namespace: string, keys: InvalidKeys, kind: InvalidationKind): Promise<boolean> | true;
  /** Resolves in bounded time, also while the bus is down. */
  start(): Promise<void>;
  close(): Promise<void>;
}

interface BusChannelParts {
  /** The name of this cache on the bus, which no other cache ever has. */
  readonly node: string;
  readonly clock: Clock;
  readonly background: Background;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
  /** Keys that are kept to be announced; past that, all keys of the namespace are. */
  readonly maxPending: number;
  /** Of the store, with its breaker. */
  readonly l2: HealthProbe;
  readonly reporter: Pick<TierReporter, 'report'>;
}

/** A channel over a bus. While the bus is down, the L1 ttl is that of a cache without a bus. Entries stay for `staleIfError`. */
export class BusChannel implements InvalidationChannel {
  readonly #bus: InvalidationBus;
  readonly #clock: Clock;
  readonly #listener: InvalidationListener;
  readonly #publisher: InvalidationPublisher;
  readonly #watch: BusWatch;
  #subscription: Promise<() => Promise<void>> | undefined;
  readonly #l2: HealthProbe;
  #stopListening: () => void = () => undefined;
  #cancelDoubt: Cancel | undefined;

  constructor(bus: InvalidationBus, { afterTurn, background, clock, l2, maxPending, node, reporter }: BusChannelParts) {
    this.#bus = bus;
    this.#l2 = l2;
    this.#clock = clock;
    this.#listener = new InvalidationListener(node, () => {
      reporter.report('gap', noFacts);
    });
    this.#publisher = new InvalidationPublisher({
      bus,
      node,
      limit: maxPending,
      clock,
      background,
      afterTurn,
      onFailure: (error) => reporter.report('failure', { error }),
    });
    this.#watch = new BusWatch({
      bus: bus.probe,
      l2,
      clock,
      notify: (health, reason) => {
        if (health === 'up') reporter.report('busUp', noFacts);
        else reporter.report('busDown', { reason });
      },
    });
  }

  get l1TtlMs(): number {
    return this.#bus.probe.health === 'up' ? Infinity : ttlWithoutBusMs;
  }

  register(namespace: string, receiver: InvalidationReceiver): void {
    this.#listener.register(namespace, receiver);
  }

  announce(namespace: string, keys: InvalidKeys, kind: InvalidationKind): Promise<boolean> {
    return this.#publisher.announce(namespace, keys, kind);
  }

  async start(): Promise<void> {
    const stops = [
      this.#bus.probe.onChange((health) => {
        this.#endDoubt();
        if (health === 'down') this.#cancelDoubt = this.#clock.schedule(this.#leftMs, () => this.#listener.doubt());
        else this.#publisher.resend();
      }),
      // Some buses publish on the connection of the store.
      this.#l2.onChange((health) => {
        if (health === 'up') this.#publisher.resend();
      }),
    ];
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
    this.#subscription = this.#bus.subscribe(
      (message) => {
        this.#listener.receive(message);
      },
      () => {
        this.#listener.gap();
      },
    );
    this.#watch.start();
    await this.#subscription;
  }

  async close(): Promise<void> {
    this.#watch.stop();
    this.#stopListening();
    this.#endDoubt();
    // A bus that does not close must not keep the connections of the store open, which are closed next.
    await withDeadline(this.#leave(), leaveLimitMs, this.#clock, () => new Error('the bus does not close')).catch(() => undefined);
  }

  async #leave(): Promise<void> {
    await this.#publisher.close();
    const unsubscribe = await this.#subscription;
    await unsubscribe?.();
  }

  /** Counted from the last proven delivery, not from the detection of the outage. */
  get #leftMs(): number {
    return Math.max(0, ttlWithoutBusMs - this.#bus.noticesWithinMs);
  }

  #endDoubt(): void {
    this.#cancelDoubt?.();
    this.#cancelDoubt = undefined;
  }
}
