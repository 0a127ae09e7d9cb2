export { getCacheToken } from './shared/cacheable.service';
export { CacheableInterceptor } from './http/cacheable.interceptor';
export { CacheableModule } from './module/cacheable.module';
export type {
  CacheableModuleAsyncOptions,
  CacheableModuleOptions,
  CacheableOptionsFactory,
  CacheRegistrationOptions,
} from './module/cacheable.module-definition';
export { CacheableService } from './shared/cacheable.service';
export { CacheKey, type CacheKeyFactory } from './decorators/cache-key.decorator';
export { CacheScope, type CacheScopeFactory } from './decorators/cache-scope.decorator';
export { InjectCache } from './decorators/inject-cache.decorator';
export { CacheTTL, type CacheTtlFactory } from './decorators/cache-ttl.decorator';
export { Cacheable, type CacheableDecorator } from './decorators/cacheable.decorator';
export { CacheConfig } from './decorators/cache-config.decorator';
export { CacheEvict, type CacheEvictDecorator } from './decorators/cache-evict.decorator';
export { CachePut } from './decorators/cache-put.decorator';
export type { CacheableOptions } from './methods/declared/method-options';
export type { CacheEvictOptions } from './methods/declared/method-options';
export type { CachePutOptions } from './methods/declared/method-options';
export type { CacheConfigOptions } from './methods/declared/class-config';
export { CacheVary } from './decorators/cache-vary.decorator';
export { HttpCache, type HttpCacheOptions } from './decorators/http-cache.decorator';
export { NoCache } from './decorators/no-cache.decorator';
export { UseCache } from './decorators/use-cache.decorator';
export type { CacheVerdict } from './http/response/cache-status';
export type { HandlerCache } from './http/handler-run';
