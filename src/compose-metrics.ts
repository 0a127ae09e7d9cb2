import { PrometheusText } from './adapters/prometheus/prometheus-text';
import type { MetricsObserver } from './ports/metrics-observer';

export { contentType as metricsContentType } from './adapters/prometheus/prometheus-text';

/** What a route of an application answers Prometheus with. */
export interface MetricsText extends MetricsObserver {
  render(): string;
}

/**
 * @internal For the Nest module: the pipeline without a server of its own.
 * @param purpose - who needs the packages, as the user wrote it
 * @throws CacheError `CACHE_DEPENDENCY_MISSING`
 */
export function composeMetricsText(purpose: string): MetricsText {
  return new PrometheusText(purpose);
}
