import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const useCacheMetadata = 'tiercel:use_cache';

/**
 * Which cache `CacheableInterceptor` answers a handler from, or all of a controller; the handler's own word wins. A call fails with
 * `CACHE_OPTION_INVALID` when there is no such cache.
 * @param name - as given to `CacheableModule.register({ name })`
 * @defaultValue the cache without a name
 */
export const UseCache = (name: string): CustomDecorator => SetMetadata(useCacheMetadata, name);
