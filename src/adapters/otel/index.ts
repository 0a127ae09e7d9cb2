export { otelMetrics } from './otel-metrics';
export { otelTraces } from './otel-traces';
