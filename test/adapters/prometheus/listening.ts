import type { PrometheusMetrics } from '../../../src/adapters/prometheus';

/** The port, once there is one. */
export async function listening(metrics: PrometheusMetrics): Promise<number> {
  for (;;) {
    if (metrics.port !== undefined) return metrics.port;
    await new Promise(setImmediate);
  }
}
