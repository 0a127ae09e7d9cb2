import type { CacheKey } from '../../ports/cache-key';
import type { Clock, Cancel } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import type { HealthProbe } from '../../ports/health-probe';
import type { InvalidationBus } from '../../ports/invalidation-bus';
import type { Background } from '../background';
import { type Standing, unheardTrustMs } from '../consistency/bus-trust';
import type { Forget, Tidings } from '../consistency/invalidation';
import { withDeadline } from '../deadline';
import type { TierReporter } from '../l2/tier-reporter';
import { BusWatch } from './bus-watch';
import { InvalidationListener } from './invalidation-listener';
import { InvalidationPublisher } from './invalidation-publisher';

/** In milliseconds. */
const leaveLimitMs = 500;

/** How a cache hears of what others change, and tells them what it has changed. */
export interface Link extends Standing {
  join(namespace: string, forget: Forget): void;
  announce(namespace: string, keys: readonly CacheKey[] | 'everything', what: Tidings): void;
  /** Resolves in bounded time, also while the bus is away. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** For a cache that nobody can tell anything: without a bus, or without others. */
export function noLink(trustMs: number): Link {
  return {
    trustMs,
    era: 0,
    join: () => undefined,
    announce: () => undefined,
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

interface BusLinkParts {
  /** Names this cache on the bus: unique among all that ever speak there. */
  readonly node: string;
  readonly clock: Clock;
  readonly background: Background;
  /** Keys that are kept to be told; past that "everything" is told. */
  readonly maxPending: number;
  /** Of the store beside the bus, with its breaker. */
  readonly layer2: HealthProbe;
  readonly reporter: Pick<TierReporter, 'bus' | 'gap'>;
}

/** A cache's end of the bus. While nothing arrives, layer 1 is trusted no longer than without a bus: also what it already holds, which is kept as a spare. */
export class BusLink implements Link {
  readonly #bus: InvalidationBus;
  readonly #clock: Clock;
  readonly #listener: InvalidationListener;
  readonly #publisher: InvalidationPublisher;
  readonly #watch: BusWatch;
  #subscription: Promise<() => Promise<void>> | undefined;
  #stopListening: () => void = () => undefined;
  #cancelDoubt: Cancel | undefined;
  #era = 0;

  constructor(bus: InvalidationBus, { background, clock, layer2, maxPending, node, reporter }: BusLinkParts) {
    this.#bus = bus;
    this.#clock = clock;
    this.#listener = new InvalidationListener(node, () => {
      reporter.gap();
    });
    this.#publisher = new InvalidationPublisher(bus, node, maxPending, clock, background);
    this.#watch = new BusWatch({
      bus: bus.probe,
      layer2,
      clock,
      tell: (health, reason) => {
        reporter.bus(health, reason);
      },
    });
  }

  get trustMs(): number {
    return this.#bus.probe.health === 'up' ? Infinity : unheardTrustMs;
  }

  get era(): number {
    return this.#era;
  }

  join(namespace: string, forget: Forget): void {
    this.#listener.join(namespace, forget);
  }

  announce(namespace: string, keys: readonly CacheKey[] | 'everything', what: Tidings): void {
    this.#publisher.announce(namespace, keys, what);
  }

  async start(): Promise<void> {
    this.#stopListening = this.#bus.probe.onChange((health) => {
      this.#endDoubt();
      if (health === 'down') this.#cancelDoubt = this.#clock.schedule(this.#leftMs, () => (this.#era += 1));
    });
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
    // A bus that does not let go must not keep the store's connections open, which are closed next.
    await withDeadline(this.#leave(), leaveLimitMs, this.#clock, () => new Error('the bus does not let go')).catch(() => undefined);
  }

  async #leave(): Promise<void> {
    await this.#publisher.close();
    const unsubscribe = await this.#subscription;
    await unsubscribe?.();
  }

  /** From the last moment on in which something is known to have arrived, and not from the one in which it was noticed that nothing does. */
  get #leftMs(): number {
    return Math.max(0, unheardTrustMs - this.#bus.noticesWithinMs);
  }

  #endDoubt(): void {
    this.#cancelDoubt?.();
    this.#cancelDoubt = undefined;
  }
}

/** A driver whose connections the link uses: they open and close together. */
export function linked(driver: StoreDriver, link: Link): StoreDriver {
  const { bus, name, probe, store } = driver;
  const open = async (): Promise<void> => {
    await Promise.all([driver.open(), link.start()]);
  };
  const close = async (): Promise<void> => {
    await link.close();
    await driver.close();
  };
  return { name, store, probe, bus, open, close };
}
