import type { Cancel, Clock } from '../../ports/clock';
import type { ConnectionSignals } from '../probe/connection-probe';
import { retryDelayMs } from '../resp/connection-options';

/** Backoff is reset after the subscription was up this long. Milliseconds. */
const steadyMs = 5_000;

/** `ready`: the server has confirmed the subscription, and messages that are published from now on arrive. */
export interface SubscriberEvents extends ConnectionSignals {
  message(text: string): void;
  /** The last event. */
  end(): void;
}

/** One subscription on one connection. It ends with the connection. */
export interface SubscriberConnection {
  ping(): Promise<unknown>;
  /** Resolves when the connection is gone. No event comes afterwards. */
  close(): Promise<void>;
}

/** Begins to connect, and reports by events. `undefined` while no node of a cluster is known. */
export type Connect = (events: SubscriberEvents) => SubscriberConnection | undefined;

export interface SubscriptionParts {
  readonly connect: Connect;
  readonly clock: Clock;
  /** Called each time that the server has confirmed the subscription. */
  readonly onSubscribed: () => void;
  readonly onMessage: (text: string) => void;
}

/** Keeps a channel subscribed: after each loss on a new connection, on a cluster perhaps to another node. */
export class Subscription {
  readonly #parts: SubscriptionParts;
  #subscriber: SubscriberConnection | undefined;
  #attempt = 0;
  #subscribedAt = Infinity;
  #cancelRetry: Cancel = () => undefined;
  #closed: Promise<void> = Promise.resolve();

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
  }

  /** Resolves when the connection that was closed last is gone. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Returns the function that closes it. */
  open(signals: ConnectionSignals): () => void {
    this.#attempt = 0;
    this.#connect(signals);
    return () => this.#close();
  }

  async ping(): Promise<void> {
    if (this.#subscriber === undefined) throw new Error('not connected');
    await this.#subscriber.ping();
  }

  #connect(signals: ConnectionSignals): void {
    const { connect, onMessage } = this.#parts;
    const subscriber = connect({
      ready: () => this.#subscribed(signals),
      failed: (reason) => signals.failed(reason),
      lost: (reason) => signals.lost(reason),
      message: onMessage,
      end: () => this.#retryLater(signals),
    });
    this.#subscriber = subscriber;
    if (subscriber !== undefined) return;
    this.#retryLater(signals);
    signals.lost('no node is known');
  }

  #subscribed(signals: ConnectionSignals): void {
    this.#subscribedAt = this.#parts.clock.elapsed();
    this.#parts.onSubscribed();
    signals.ready();
  }

  #retryLater(signals: ConnectionSignals): void {
    const { clock } = this.#parts;
    const wasSteady = clock.elapsed() - this.#subscribedAt >= steadyMs;
    this.#attempt = wasSteady ? 1 : this.#attempt + 1;
    this.#subscribedAt = Infinity;
    this.#subscriber = undefined;
    this.#cancelRetry = clock.schedule(retryDelayMs(this.#attempt), () => this.#connect(signals));
  }

  #close(): void {
    this.#cancelRetry();
    this.#closed = this.#subscriber?.close() ?? Promise.resolve();
    this.#subscriber = undefined;
  }
}
