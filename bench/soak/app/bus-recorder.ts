import type { InvalidationBus, StoreDriver } from 'tiercel';
import { now } from '../clock';
import type { Received } from '../instance-facts';

/** Sits between the cache and its driver, and notes the messages on the bus. */
export class BusRecorder {
  /** Messages that the cache has published, or tried to. */
  published = 0;
  #lastMessage = 0;
  #gapAt = -Infinity;
  #bus: InvalidationBus | undefined;

  get received(): Received {
    return { lastMessage: this.#lastMessage, gapAt: this.#gapAt };
  }

  /** Whether the cache receives the changes of the other process. */
  get isSubscribed(): boolean {
    return this.#bus?.probe.health === 'up';
  }

  watch(driver: StoreDriver): StoreDriver {
    const { bus, name, probe, store } = driver;
    this.#bus = bus;
    return { name, probe, store, bus: bus && this.#watched(bus), open: () => driver.open(), close: () => driver.close() };
  }

  #watched(bus: InvalidationBus): InvalidationBus {
    const own = new Set<string>();
    return {
      probe: bus.probe,
      noticesWithinMs: bus.noticesWithinMs,
      publish: (message) => {
        own.add(message.node);
        this.published = message.sequence;
        return bus.publish(message);
      },
      // Noted after the cache was notified: from then on it has to act upon it.
      subscribe: (onMessage, onGap) =>
        bus.subscribe(
          (message) => {
            onMessage(message);
            if (!own.has(message.node)) this.#lastMessage = Math.max(this.#lastMessage, message.sequence);
          },
          () => {
            onGap();
            this.#gapAt = now();
          },
        ),
    };
  }
}
