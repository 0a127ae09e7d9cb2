export { CacheableHealthIndicator, type CacheableHealthOptions } from './cacheable.health';
