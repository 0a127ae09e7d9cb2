export { otelMetrics } from './otel-metrics';
