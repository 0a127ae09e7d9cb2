import type { Logger } from '../../ports/logger';
import type { CacheEvent, MetricsSink } from '../../ports/metrics-sink';

/** A sink that throws hurts nobody, and is named once: it may throw a million times. */
export function guardedMetrics(sink: MetricsSink, logger: Logger): MetricsSink {
  let said = false;
  const complain = (): void => {
    if (!said) logger.error('the metrics sink threw (this is said once)');
    said = true;
  };
  return {
    record(event: CacheEvent): void {
      try {
        sink.record(event);
      } catch {
        complain();
      }
    },
  };
}
