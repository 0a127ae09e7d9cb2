import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const useCacheMetadata = 'tiercel:use_cache';

/**
 * The cache from which `CacheableInterceptor` answers a handler, or all handlers of a controller; a decorator on the handler overrides that on the
 * controller. If no module registers the cache, the log says so once after the application has started, and each call fails with
 * `CACHE_OPTION_INVALID`.
 * @param name - as given to `CacheableModule.register({ name })`
 * @defaultValue the cache without a name
 */
export const UseCache = (name: string): CustomDecorator => SetMetadata(useCacheMetadata, name);
