export { Cache, type CacheItem, type StoredDataRaw, type WrapOptions, type WrapOptionsRaw } from './cache';
export { CacheKey, type CacheKeyFactory } from './decorators';
export type { Events } from './cache-manager-events';
export type { CacheManagerOptions, CacheModuleAsyncOptions, CacheModuleOptions, CacheOptions, CacheOptionsFactory } from './cache-options';
export type { CacheStore } from './cache-store';
export { CacheTTL, type CacheTTLFactory } from './decorators';
export { CACHE_KEY_METADATA, CACHE_MANAGER, CACHE_MODULE_OPTIONS, CACHE_TTL_METADATA } from './cache.constants';
export { CacheInterceptor } from './cache.interceptor';
export { CacheModule } from './cache.module';
