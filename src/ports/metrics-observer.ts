import type { CacheStats, DurationName } from './cache-stats';
import type { Logger } from './logger';

/** One namespace of a cache, for a {@link MetricsObserver}. */
export interface MetricsSource {
  /** The namespace: chosen by the developer, of letters, digits and `_.:-`, of any length. */
  readonly cache: string;
  /** True for one namespace per cache: it reports the metrics of the L2 that all namespaces share. */
  readonly reportsL2: boolean;
  /** For messages about the observer itself. */
  readonly logger: Logger;
  /** A snapshot, computed now. */
  stats(): CacheStats;
  /**
   * Calls the listener synchronously for each measured duration, for observers that cannot use {@link stats}. L1 hits are sampled.
   * Returns a function that removes the listener.
   */
  onDuration(listener: DurationListener): () => void;
}

export type DurationListener = (name: DurationName, ms: number) => void;

/** Reads the counters on demand, instead of receiving each event: no cost on the hot path. */
export interface MetricsObserver {
  /**
   * Called once for each namespace, when it is created.
   * @returns called when the cache closes: the namespace must not be exported afterwards
   */
  observe(source: MetricsSource): () => void;
}
