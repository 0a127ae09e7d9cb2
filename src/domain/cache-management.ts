import type { CacheStats } from '../ports/cache-stats';
import type { MetricsObserver } from '../ports/metrics-observer';
import type { CacheParts } from './cache-parts';
import type { CacheEventName, CacheListener } from './events/cache-events';
import type { CacheHealth } from './lifecycle';

/** What a cache has besides its entries: events, numbers, health, a beginning and an end. */
export abstract class CacheManagement {
  readonly #management: Pick<CacheParts, 'emitter' | 'stats' | 'observers' | 'lifecycle'>;

  /** @internal */
  constructor(management: Pick<CacheParts, 'emitter' | 'stats' | 'observers' | 'lifecycle'>) {
    this.#management = management;
  }

  /**
   * Adds a listener to events of this namespace and of L2.
   * @returns a function that removes the listener
   */
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    return this.#management.emitter.on(name, listener);
  }

  /** Returns the counters and the state of this namespace: a frozen snapshot. */
  stats(): CacheStats {
    return this.#management.stats();
  }

  /**
   * Lets a metrics pipeline read the numbers of this cache, with all its present and future namespaces. The option `metrics` does it from the
   * beginning.
   * @returns a function that ends it; closing the cache ends it too
   */
  observe(observer: MetricsObserver): () => void {
    return this.#management.observers.observe(observer);
  }

  /** Returns the state of the cache, of L2 and of the bus. Reads fields, and calls no server. */
  health(): CacheHealth {
    return this.#management.lifecycle.health();
  }

  /**
   * Connects L2. The first call of another method does it too, and then waits for it.
   * @throws CacheError `CACHE_TIER_UNAVAILABLE` with `startup: 'require'` alone
   */
  start(): Promise<void> {
    return this.#management.lifecycle.start();
  }

  /** Stops starting refreshes in the background, for a process that is about to end. Running refreshes go on. */
  stopRefreshes(): void {
    this.#management.lifecycle.stopRefreshes();
  }

  /**
   * Refuses new work, waits for background work, and closes every connection, timer and listener that the cache opened, within `deadlines.close`.
   * Closing one namespace closes all of them. Further calls have no effect.
   */
  close(): Promise<void> {
    return this.#management.lifecycle.close();
  }
}
