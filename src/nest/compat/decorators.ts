import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { CACHE_TTL_METADATA, CACHE_KEY_METADATA } from './cache.constants';

/** How long a handler's result lives, in milliseconds; on a controller, for all its handlers that do not say otherwise. */
export const CacheTTL = (ttl: number | CacheTTLFactory): CustomDecorator => SetMetadata(CACHE_TTL_METADATA, ttl);

export type CacheKeyFactory = (ctx: ExecutionContext) => string | Promise<string | undefined> | undefined;

/** Names the entry that a handler's result is cached under, instead of the URL. */
export const CacheKey = (key: string | CacheKeyFactory): CustomDecorator => SetMetadata(CACHE_KEY_METADATA, key);

export type CacheTTLFactory = (ctx: ExecutionContext) => Promise<number> | number;
