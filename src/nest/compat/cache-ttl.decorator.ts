import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { CACHE_TTL_METADATA } from './cache.constants';

export type CacheTTLFactory = (ctx: ExecutionContext) => Promise<number> | number;

/** How long a handler's result lives, in milliseconds; on a controller, for all its handlers that do not say otherwise. */
export const CacheTTL = (ttl: number | CacheTTLFactory): CustomDecorator => SetMetadata(CACHE_TTL_METADATA, ttl);
