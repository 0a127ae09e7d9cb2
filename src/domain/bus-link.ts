import type { CacheKey } from '../ports/cache-key';
import type { Cancel, Clock } from '../ports/clock';
import type { InvalidationBus } from '../ports/invalidation-bus';
import type { Forget, InvalidationListener } from './invalidation-listener';
import type { InvalidationPublisher } from './invalidation-publisher';
import { unheardTrustMs } from './trust';

/** How a cache hears of what others change, and tells them what it has changed. */
export interface Link {
  /** How long layer 1 may be trusted without asking, where nobody chose. */
  readonly trustMs: number;
  join(namespace: string, forget: Forget): void;
  announce(namespace: string, keys: readonly CacheKey[] | 'everything'): void;
  /** Resolves in bounded time, also while the bus is away. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** For a cache that nobody can tell anything: without a bus, or without others. */
export function noLink(trustMs: number): Link {
  return {
    trustMs,
    join: () => undefined,
    announce: () => undefined,
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** A cache's end of the bus. While nothing arrives, layer 1 is trusted no longer than without a bus: also what it already holds. */
export class BusLink implements Link {
  readonly #bus: InvalidationBus;
  readonly #listener: InvalidationListener;
  readonly #publisher: InvalidationPublisher;
  readonly #clock: Clock;
  #unsubscribe: (() => Promise<void>) | undefined;
  #stopListening: () => void = () => undefined;
  #cancelDoubt: Cancel | undefined;

  constructor(bus: InvalidationBus, listener: InvalidationListener, publisher: InvalidationPublisher, clock: Clock) {
    this.#bus = bus;
    this.#listener = listener;
    this.#publisher = publisher;
    this.#clock = clock;
  }

  get trustMs(): number {
    return this.#bus.probe.health === 'up' ? Infinity : unheardTrustMs;
  }

  join(namespace: string, forget: Forget): void {
    this.#listener.join(namespace, forget);
  }

  announce(namespace: string, keys: readonly CacheKey[] | 'everything'): void {
    this.#publisher.announce(namespace, keys);
  }

  async start(): Promise<void> {
    this.#stopListening = this.#bus.probe.onChange((health) => {
      this.#endDoubt();
      if (health === 'down') this.#cancelDoubt = this.#clock.schedule(unheardTrustMs, () => this.#listener.forgetEverything());
    });
    this.#unsubscribe = await this.#bus.subscribe(
      (message) => {
        this.#listener.receive(message);
      },
      () => {
        this.#listener.gap();
      },
    );
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#endDoubt();
    await this.#publisher.close();
    await this.#unsubscribe?.();
  }

  #endDoubt(): void {
    this.#cancelDoubt?.();
    this.#cancelDoubt = undefined;
  }
}
