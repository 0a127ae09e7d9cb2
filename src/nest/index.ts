export { getCacheToken } from './cache-token';
export { CacheableInterceptor } from './cacheable.interceptor';
export { CacheableModule } from './cacheable.module';
export type {
  CacheableModuleAsyncOptions,
  CacheableModuleOptions,
  CacheableOptionsFactory,
  CacheRegistrationOptions,
} from './cacheable.module-definition';
export { CacheableService } from './cacheable.service';
export { CacheKey, type CacheKeyFactory } from './decorators/cache-key.decorator';
export { CacheScope, type CacheScopeFactory } from './decorators/cache-scope.decorator';
export { InjectCache } from './decorators/inject-cache.decorator';
export { CacheTTL, type CacheTtlFactory } from './decorators/cache-ttl.decorator';
export { Cacheable, type CacheableDecorator } from './decorators/cacheable.decorator';
export { CacheConfig } from './decorators/cache-config.decorator';
export { CacheEvict, type CacheEvictDecorator } from './decorators/cache-evict.decorator';
export { CachePut } from './decorators/cache-put.decorator';
export type { CacheableOptions } from './methods/cacheable-options';
export type { CacheEvictOptions } from './methods/cache-evict-options';
export type { CachePutOptions } from './methods/cache-put-options';
export type { CacheConfigOptions } from './methods/class-config';
export { CacheVary } from './decorators/cache-vary.decorator';
export { HttpCache, type HttpCacheOptions } from './decorators/http-cache.decorator';
export { NoCache } from './decorators/no-cache.decorator';
export { UseCache } from './decorators/use-cache.decorator';
export type { CacheVerdict } from './interceptor/cache-verdict';
export type { HandlerCache } from './interceptor/handler-cache';
