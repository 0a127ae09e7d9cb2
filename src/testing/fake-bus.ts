import { CacheError } from '../domain/cache-error';
import type { InvalidationBus, InvalidationMessage } from '../ports/invalidation-bus';
import { FakeMedium, type Endpoint } from './fake-medium';
import { FakeProbe } from './fake-probe';

interface Listener {
  readonly onMessage: (message: InvalidationMessage) => void;
  readonly onGap: () => void;
}

/** One process's end of a bus in memory: what it hears can be held back, and then come late, in disorder, twice or never. */
export class FakeBus implements InvalidationBus, Endpoint {
  readonly probe = new FakeProbe();
  noticesWithinMs = 0;
  /** What was published here so far, without what was rejected. */
  readonly published: InvalidationMessage[] = [];

  readonly #medium: FakeMedium;
  readonly #listeners = new Set<Listener>();
  #held: InvalidationMessage[] | undefined;
  #isCut = false;
  /** Whether somebody could hear before it was cut off. */
  #stood = false;

  /** @param medium - what it hangs on: buses on the same one hear each other, and themselves */
  constructor(medium: FakeMedium = new FakeMedium()) {
    this.#medium = medium;
    medium.attach(this);
  }

  /** Keeps what arrives from now on, until it is released. */
  hold(): void {
    this.#held ??= [];
  }

  /**
   * Delivers what was held, and holds nothing any more.
   * @param arrange - makes of it what is really delivered: `() => []` loses it, `(held) => held.toReversed()` is disorder
   */
  release(arrange: (held: readonly InvalidationMessage[]) => readonly InvalidationMessage[] = (held) => held): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of arrange(held)) this.hear(message);
  }

  /** It is cut off, and knows: it can neither publish nor hear, and what it holds is lost. */
  cut(reason?: string): void {
    this.#isCut = true;
    this.#held &&= [];
    this.probe.down(reason);
  }

  /** It hears again, but not what it has missed. */
  heal(): void {
    this.#isCut = false;
    if (this.#stood) this.hearNoise();
    this.#stood = true;
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
    this.#stood ||= !this.#isCut;
    this.probe.start();
    return Promise.resolve(() => {
      this.#leave(listener);
      return Promise.resolve();
    });
  }

  hear(message: InvalidationMessage): void {
    if (this.#isCut) return;
    if (this.#held !== undefined) this.#held.push(message);
    else this.#tellLater(({ onMessage }) => onMessage(message));
  }

  hearNoise(): void {
    this.#tellLater(({ onGap }) => onGap());
  }

  #leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#stood = false;
    this.probe.stop();
  }

  /** Whoever publishes is never told before his call has returned. */
  #tellLater(tell: (listener: Listener) => void): void {
    queueMicrotask(() => {
      if (this.#isCut) return;
      for (const listener of this.#listeners) {
        try {
          tell(listener);
        } catch {
          // A listener's error is its own.
        }
      }
    });
  }
}
