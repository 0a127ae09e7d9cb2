export { CacheableMetricsModule, type CacheableMetricsOptions } from './cacheable-metrics.module';
