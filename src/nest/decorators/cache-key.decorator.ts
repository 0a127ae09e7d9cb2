import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';

export const cacheKeyMetadata = 'cache_module:cache_key';

export type CacheKeyFactory = (context: ExecutionContext) => string | undefined;

/**
 * Names the entry that a handler's result is cached under, instead of the request. Message handlers, which have no URL, are cached with it alone.
 * @param key - or a function of the call; `undefined` from it leaves the call uncached
 */
export const CacheKey = (key: string | CacheKeyFactory): CustomDecorator => SetMetadata(cacheKeyMetadata, key);
