import type { CacheStats } from '../ports/cache-stats';
import type { MetricsObserver } from '../ports/metrics-observer';
import type { CacheParts } from './cache-parts';
import type { KeyInspection } from './entry/cache-keys';
import type { CacheEventName, CacheListener } from './events/cache-events';
import type { CacheInspector } from './l1/cache-inspector';
import type { CacheHealth } from './lifecycle';
import type { KeyExplanation } from './reading/explain';

type ManagementParts = Pick<CacheParts, 'emitter' | 'explainer' | 'inspector' | 'keys' | 'lifecycle' | 'observers' | 'stats'>;

/** The parts of a cache besides its entries: events, numbers, views for debugging, health, start and end. */
export abstract class CacheManagement {
  readonly #management: ManagementParts;

  /** @internal */
  constructor(management: ManagementParts) {
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

  /** The names of a key in L1 and L2, for debugging. No tier is read. */
  inspectKey(key: string): KeyInspection {
    return this.#management.keys.inspect(key);
  }

  /**
   * Returns what both tiers have for a key, with age, tags and their times, and why a read would use it or not: for debugging. L2 is asked; nothing is
   * changed or counted.
   * @example console.log(await cache.explain('user:42'));
   */
  async explain(key: string): Promise<KeyExplanation> {
    this.#management.lifecycle.assertOpen('explain');
    return this.#management.explainer.explain(key);
  }

  /** Returns a view of the entries in L1 of this namespace. */
  inspector(): CacheInspector {
    return this.#management.inspector;
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
