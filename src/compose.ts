import { PrometheusText } from './adapters/prometheus/prometheus-text';
import { SystemClock } from './adapters/system/system-clock';
import { HistoryRecorder } from './nest/dashboard/view/history-recorder';
import type { MetricsObserver } from './ports/metrics-observer';
export { contentType as metricsContentType } from './adapters/prometheus/prometheus-text';

/** The text that a route of an application answers Prometheus with. */
export interface MetricsText extends MetricsObserver {
  renderInTurns(): Promise<string>;
}

/**
 * @internal For the Nest module: the pipeline without a server.
 * @param purpose - the module that needs the packages, as the user wrote it
 * @throws CacheError `CACHE_DEPENDENCY_MISSING`
 */
export function composeMetricsText(purpose: string): MetricsText {
  return new PrometheusText(purpose, new SystemClock());
}

/** @internal For the Nest module: records the recent history of the application's caches. */
export function composeHistoryRecorder(): HistoryRecorder {
  return new HistoryRecorder(new SystemClock());
}
