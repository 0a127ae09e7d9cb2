export { CacheableInterceptor } from './cacheable.interceptor';
export { CacheableModule } from './cacheable.module';
export type { CacheableModuleOptions, CacheableOptionsFactory } from './cacheable.module-definition';
export { CacheableService } from './cacheable.service';
export { CacheKey, type CacheKeyFactory } from './decorators/cache-key.decorator';
export { CacheScope, type CacheScopeFactory } from './decorators/cache-scope.decorator';
export { CacheTTL, type CacheTtlFactory } from './decorators/cache-ttl.decorator';
