export { CacheableService, getCacheToken, InjectCache } from './shared/cacheable.service';
export {
  CacheKey,
  CacheScope,
  CacheTTL,
  CacheVary,
  HttpCache,
  NoCache,
  UseCache,
  type CacheKeyFactory,
  type CacheScopeFactory,
  type CacheTtlFactory,
  type HttpCacheOptions,
} from './decorators/handler.decorators';
export {
  CacheTags,
  type BodyTagsFactory,
  type CacheTagsFactory,
  type CacheTagsOptions,
  type SendTags,
} from './decorators/cache-tags.decorator';
export { CacheableInterceptor } from './http/cacheable.interceptor';
export { CacheableModule } from './module/cacheable.module';
export type {
  CacheableModuleAsyncOptions,
  CacheableModuleOptions,
  CacheableOptionsFactory,
  CacheRegistrationOptions,
} from './module/cacheable.module-definition';
export { Cacheable, type CacheableDecorator } from './decorators/method.decorators';
export { CacheConfig } from './decorators/method.decorators';
export { CacheEvict, type CacheEvictDecorator } from './decorators/method.decorators';
export { CachePut } from './decorators/method.decorators';
export type { CacheConfigOptions } from './methods/declared/cache-target';
export type { CacheVerdict } from './http/response/cache-status';
export type { HandlerCache } from './http/handler-run';
export type { CacheableOptions, CacheEvictOptions, CachePutOptions } from './methods/declared/method-options';
