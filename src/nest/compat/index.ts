export { Cache, type CacheItem, type Events, type StoredDataRaw, type WrapOptions, type WrapOptionsRaw } from './cache';
export type {
  CacheManagerOptions,
  CacheModuleAsyncOptions,
  CacheModuleOptions,
  CacheOptions,
  CacheOptionsFactory,
} from './cache.module-definition';
export type { CacheStore } from './cache-store';
export { CACHE_KEY_METADATA, CACHE_TTL_METADATA, CacheKey, CacheTTL, type CacheKeyFactory, type CacheTTLFactory } from './decorators';
export { CACHE_MANAGER, CACHE_MODULE_OPTIONS } from './cache.module-definition';
export { CacheInterceptor } from './cache.interceptor';
export { CacheModule } from './cache.module';
