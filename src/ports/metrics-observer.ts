import type { CacheStats, DurationName } from './cache-stats';
import type { Logger } from './logger';

/** One namespace of a cache, as {@link MetricsObserver} sees it. */
export interface MetricsSource {
  /** The namespace: made by the developer, of letters, digits and `_.:-`, of any length. */
  readonly cache: string;
  /** Whether what belongs to layer 2, which all namespaces of a cache share, is to be told for this one. */
  readonly tellsLayer2: boolean;
  /** For what an operator has to know about the observer itself. */
  readonly logger: Logger;
  /** A snapshot, computed now. */
  stats(): CacheStats;
  /**
   * Tells each time that is taken, synchronously, for those who cannot read {@link stats} instead. Hits of layer 1 are sampled.
   * Returns the function that stops the listener.
   */
  onDuration(listener: DurationListener): () => void;
}

export type DurationListener = (name: DurationName, ms: number) => void;

/** Reads the counters when it wants them, instead of being told each event: it costs the hot path nothing. */
export interface MetricsObserver {
  /**
   * Called once for each namespace, when it is made.
   * @returns called when the cache closes: from then on nothing of it is exported
   */
  observe(source: MetricsSource): () => void;
}
