import type { Logger } from '../../ports/logger';
import type { CacheEvent, MetricsSink } from '../../ports/metrics-sink';
import { logOnce } from '../shared/log-once';

/** A sink that throws does not reach the caller. It may throw with every event, so that is logged once. */
export function safeMetrics(sink: MetricsSink, logger: Logger): MetricsSink {
  const complain = logOnce((message) => logger.error(message));
  return {
    record(event: CacheEvent): void {
      try {
        sink.record(event);
      } catch {
        complain('the metrics sink threw');
      }
    },
  };
}
