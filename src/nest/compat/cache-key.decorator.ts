import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { CACHE_KEY_METADATA } from './cache.constants';

export type CacheKeyFactory = (ctx: ExecutionContext) => string | Promise<string | undefined> | undefined;

/** Names the entry that a handler's result is cached under, instead of the URL. */
export const CacheKey = (key: string | CacheKeyFactory): CustomDecorator => SetMetadata(CACHE_KEY_METADATA, key);
