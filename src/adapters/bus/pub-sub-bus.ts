import { CacheError } from '../../domain/cache-error';
import { withDeadline } from '../../domain/shared/deadline';
import { Listeners } from '../../domain/shared/listeners';
import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';
import type { InvalidationBus, InvalidationMessage } from '../../ports/invalidation-bus';
import { ConnectionProbe } from '../probe/connection-probe';
import { defaultProbeSettings } from '../probe/probe-settings';
import { untilUp } from '../probe/driver-lifetime';
import { checkAlive, writeFailure } from '../resp/failure';
import { messageText, parseMessage } from './message-text';
import { type Connect, Subscription } from './subscription';

/** In milliseconds. */
const publishLimitMs = 1_000;

/** The limit for the driver's own interval: without a sign of life of the subscription L1 revalidates its entries after 30 s. */
const longestPingIntervalMs = 20_000;

/** How long `subscribe()` waits for the subscription; later the probe reports it. In milliseconds. */
const subscribeLimitMs = 1_000;

export interface PubSubBusParts {
  /** The name of the driver, for errors. */
  readonly name: string;
  /** Publishes a text on the channel, by the driver's client. Rejects unless the server has confirmed it. */
  readonly publish: (text: string) => Promise<unknown>;
  /** Opens a second connection, which receives the channel's messages. */
  readonly connect: Connect;
  readonly pingIntervalMs: number;
  readonly clock: Clock;
}

/** A pub/sub channel. Messages are published by the driver's client and received on a second connection. */
export class PubSubBus implements InvalidationBus {
  readonly probe: HealthProbe;
  readonly noticesWithinMs: number;
  readonly #parts: PubSubBusParts;
  readonly #subscribers = new Subscribers();
  readonly #subscription: Subscription;
  readonly #closed = new AbortController();

  constructor(parts: PubSubBusParts) {
    const { name, connect, clock } = parts;
    const { pingDeadlineMs } = defaultProbeSettings;
    const pingIntervalMs = Math.min(parts.pingIntervalMs, longestPingIntervalMs);
    this.#parts = parts;
    this.noticesWithinMs = pingIntervalMs + pingDeadlineMs;
    this.#subscription = new Subscription({
      connect,
      clock,
      onSubscribed: () => this.#subscribers.onSubscribed(),
      onMessage: (text) => this.#subscribers.receive(text),
    });
    this.probe = new ConnectionProbe({
      ping: () => checkAlive(name, () => this.#subscription.ping()),
      watch: (signals) => this.#subscription.open(signals),
      clock,
      settings: { pingIntervalMs, pingDeadlineMs },
    });
  }

  async publish(message: InvalidationMessage): Promise<void> {
    const { publish, name, clock } = this.#parts;
    const late = (): CacheError => new CacheError('CACHE_TIER_UNAVAILABLE', `${name}: no answer to PUBLISH within ${publishLimitMs} ms`);
    try {
      await withDeadline(publish(messageText(message)), publishLimitMs, clock, late);
    } catch (error) {
      throw writeFailure(name, error);
    }
  }

  /** @throws CacheError `CACHE_CLOSED` after the driver was closed */
  async subscribe(onMessage: (message: InvalidationMessage) => void, onGap: () => void): Promise<() => Promise<void>> {
    const { signal } = this.#closed;
    if (signal.aborted) throw new CacheError('CACHE_CLOSED', `${this.#parts.name}: subscribe is not possible after close()`);
    const unsubscribe = this.#subscribers.add({ onMessage, onGap });
    this.probe.start();
    await untilUp(this.probe, { clock: this.#parts.clock, limitMs: subscribeLimitMs, signal });
    return async () => {
      unsubscribe();
      if (this.#subscribers.isEmpty) await this.#stop();
    };
  }

  close(): Promise<void> {
    this.#closed.abort();
    return this.#stop();
  }

  #stop(): Promise<void> {
    this.probe.stop();
    return this.#subscription.closed;
  }
}

interface BusListener {
  readonly onMessage: (message: InvalidationMessage) => void;
  readonly onGap: () => void;
}

/** The listeners of one bus. They get the messages, and `onGap` where messages may have been lost. */
export class Subscribers {
  readonly #messages = new Listeners<[InvalidationMessage]>();
  readonly #gaps = new Listeners<[]>();
  /** Whether there was a subscription before. Messages that were sent between two subscriptions are lost. */
  #wasSubscribed = false;

  get isEmpty(): boolean {
    return this.#messages.size === 0;
  }

  /** Returns the function that removes the listener. */
  add({ onMessage, onGap }: BusListener): () => void {
    const removeMessages = this.#messages.add(onMessage);
    const removeGaps = this.#gaps.add(onGap);
    return () => {
      removeMessages();
      removeGaps();
      this.#wasSubscribed &&= !this.isEmpty;
    };
  }

  /** The server has confirmed the subscription, for the first time or after a loss. */
  onSubscribed(): void {
    if (this.#wasSubscribed) this.#gaps.notifySafely();
    this.#wasSubscribed = true;
  }

  receive(text: string): void {
    const message = parseMessage(text);
    if (message === undefined) this.#gaps.notifySafely();
    else this.#messages.notifySafely(message);
  }
}
