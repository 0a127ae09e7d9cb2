import type { Logger } from '../../ports/logger';
import type { DurationListener, MetricsSource } from '../../ports/metrics-observer';
import type { Reporter } from '../events/reporter';
import { readStats, type StatsParts } from './read-stats';

export interface SourceParts extends Omit<StatsParts, 'counts' | 'durations'> {
  readonly reporter: Reporter;
  readonly logger: Logger;
  readonly reportsL2: boolean;
}

/** The numbers of one namespace, for a metrics observer. */
export function metricsSource(cache: string, { reporter, logger, reportsL2, ...parts }: SourceParts): MetricsSource {
  const { counts, durations } = reporter;
  return {
    cache,
    reportsL2,
    logger,
    stats: () => readStats({ ...parts, counts, durations }),
    onDuration: (listener) => {
      const guarded = once(listener, logger);
      const stops = [durations.onAdd(guarded), reportsL2 ? parts.remote.numbers?.durations.onAdd(guarded) : undefined];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
  };
}

/** An error of a listener would reach the reader of a cache. It is logged once, and the listener is not called again. */
function once(listener: DurationListener, logger: Logger): DurationListener {
  let broken = false;
  return (name, ms) => {
    if (broken) return;
    try {
      listener(name, ms);
    } catch {
      broken = true;
      logger.error('the listener for durations threw, and is removed');
    }
  };
}
