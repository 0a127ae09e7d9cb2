import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';

export const CACHE_KEY_METADATA = 'cache_module:cache_key';
export const CACHE_TTL_METADATA = 'cache_module:cache_ttl';

export type CacheTTLFactory = (ctx: ExecutionContext) => Promise<number> | number;

/** Ttl of a handler's response, in milliseconds; on a controller, of all its handlers without a ttl. */
export const CacheTTL = (ttl: number | CacheTTLFactory): CustomDecorator => SetMetadata(CACHE_TTL_METADATA, ttl);

export type CacheKeyFactory = (ctx: ExecutionContext) => string | Promise<string | undefined> | undefined;

/** Key of a handler's response, in place of the URL. */
export const CacheKey = (key: string | CacheKeyFactory): CustomDecorator => SetMetadata(CACHE_KEY_METADATA, key);
