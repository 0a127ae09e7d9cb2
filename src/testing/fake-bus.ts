import { CacheError } from '../domain/cache-error';
import type { InvalidationMessage, InvalidationBus } from '../ports/invalidation-bus';
import { FakeProbe } from './fake-probe';

/** A bus on a medium. */
interface Endpoint {
  receive(message: InvalidationMessage): void;
  /** Text that is not a message has arrived. */
  receiveNoise(): void;
}

/** Carries messages between buses of this process: each gets a copy, the sender included. */
export class FakeMedium {
  readonly #endpoints = new Set<Endpoint>();

  attach(endpoint: Endpoint): void {
    this.#endpoints.add(endpoint);
  }

  carry(message: InvalidationMessage): void {
    for (const endpoint of this.#endpoints) endpoint.receive(structuredClone(message));
  }

  /** Delivers text that is not a message. */
  carryNoise(): void {
    for (const endpoint of this.#endpoints) endpoint.receiveNoise();
  }
}

interface Listener {
  readonly onMessage: (message: InvalidationMessage) => void;
  readonly onGap: () => void;
}

/** One process's end of a bus in memory. Messages can be held, and then be delivered late, in another order, twice or never. */
export class FakeBus implements InvalidationBus, Endpoint {
  readonly probe = new FakeProbe();
  noticesWithinMs = 0;
  /** All messages that were published here, without those that were rejected. */
  readonly published: InvalidationMessage[] = [];

  readonly #medium: FakeMedium;
  readonly #listeners = new Set<Listener>();
  #held: InvalidationMessage[] | undefined;
  #isCut = false;
  /** Whether there was a working subscription before: messages since then may have been lost. */
  #wasSubscribed = false;

  /** @param medium - buses on the same medium receive each other's messages, and their own */
  constructor(medium: FakeMedium = new FakeMedium()) {
    this.#medium = medium;
    medium.attach(this);
  }

  /** Holds all messages that arrive from now on, until `release()`. */
  hold(): void {
    this.#held ??= [];
  }

  /**
   * Delivers the held messages, and holds no more.
   * @param arrange - returns the messages that are delivered: `() => []` loses them, `(held) => held.toReversed()` changes their order
   */
  release(arrange: (held: readonly InvalidationMessage[]) => readonly InvalidationMessage[] = (held) => held): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of arrange(held)) this.receive(message);
  }

  /** Cuts the connection, and the probe is down: the bus can neither publish nor receive, and held messages are lost. */
  cut(reason?: string): void {
    this.#isCut = true;
    this.#held &&= [];
    this.probe.down(reason);
  }

  /** Restores the connection. Missed messages stay lost. */
  heal(): void {
    this.#isCut = false;
    if (this.#wasSubscribed) this.receiveNoise();
    this.#wasSubscribed = true;
    this.probe.up();
  }

  publish(message: InvalidationMessage): Promise<void> {
    if (this.#isCut) return Promise.reject(new CacheError('CACHE_TIER_UNAVAILABLE', 'The fake bus is cut off.'));
    this.published.push(message);
    this.#medium.carry(message);
    return Promise.resolve();
  }

  subscribe(onMessage: (message: InvalidationMessage) => void, onGap: () => void): Promise<() => Promise<void>> {
    const listener = { onMessage, onGap };
    this.#listeners.add(listener);
    this.#wasSubscribed ||= !this.#isCut;
    this.probe.start();
    return Promise.resolve(() => {
      this.#leave(listener);
      return Promise.resolve();
    });
  }

  receive(message: InvalidationMessage): void {
    if (this.#isCut) return;
    if (this.#held !== undefined) this.#held.push(message);
    else this.#notifyLater(({ onMessage }) => onMessage(message));
  }

  receiveNoise(): void {
    this.#notifyLater(({ onGap }) => onGap());
  }

  #leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#wasSubscribed = false;
    this.probe.stop();
  }

  /** A publisher is never called before its own call has returned. */
  #notifyLater(notify: (listener: Listener) => void): void {
    queueMicrotask(() => {
      if (this.#isCut) return;
      for (const listener of this.#listeners) {
        try {
          notify(listener);
        } catch {
          // An error of one listener must not stop the others.
        }
      }
    });
  }
}
