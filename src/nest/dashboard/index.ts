export { CacheableDashboardModule } from './cacheable-dashboard.module';
export type { CacheableDashboardOptions } from './dashboard-options';
