import type { InvalidationBus, StoreDriver } from 'tiercel';
import { now } from '../clock';
import type { Hearing } from '../testimony';

/** Sits between the cache and its driver, and notes the messages on the bus. */
export class Witness {
  /** Messages that the cache has published, or tried to. */
  said = 0;
  #heard = 0;
  #gapAt = -Infinity;
  #bus: InvalidationBus | undefined;

  get hearing(): Hearing {
    return { heard: this.#heard, gapAt: this.#gapAt };
  }

  /** Whether the cache receives the changes of the other one. */
  get isListening(): boolean {
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
        this.said = message.sequence;
        return bus.publish(message);
      },
      // Noted after the cache was notified: from then on it has to act upon it.
      subscribe: (onMessage, onGap) =>
        bus.subscribe(
          (message) => {
            onMessage(message);
            if (!own.has(message.node)) this.#heard = Math.max(this.#heard, message.sequence);
          },
          () => {
            onGap();
            this.#gapAt = now();
          },
        ),
    };
  }
}
