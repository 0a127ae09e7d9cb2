import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const useCacheMetadata = 'tiercel:use_cache';

/**
 * Which cache `CacheableInterceptor` answers a handler from, or all of a controller; the handler's own word wins. When there is no such cache, the log
 * says so once the application has started, and a call fails with `CACHE_OPTION_INVALID`.
 * @param name - as given to `CacheableModule.register({ name })`
 * @defaultValue the cache without a name
 */
export const UseCache = (name: string): CustomDecorator => SetMetadata(useCacheMetadata, name);
