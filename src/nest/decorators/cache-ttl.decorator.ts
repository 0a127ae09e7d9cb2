import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { lifeFields } from '../../domain/options/life-options';
import type { TtlOption } from '../../domain/options/options';
import { checkDecorator } from './checked';

export const cacheTtlMetadata = 'cache_module:cache_ttl';

export type CacheTtlFactory = (context: ExecutionContext) => TtlOption | Promise<TtlOption>;

/**
 * The time for which a handler's result is fresh. On a controller, the default of its handlers.
 * @param ttl - milliseconds, a duration such as `'30s'`, one for each tier, or a function of the call that returns one of these or a promise of it.
 * If it throws or returns anything else, the response is not stored, and this is logged once
 * @defaultValue the ttl of the cache
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export const CacheTTL = (ttl: TtlOption | CacheTtlFactory): CustomDecorator =>
  SetMetadata(cacheTtlMetadata, typeof ttl === 'function' ? ttl : checkDecorator('@CacheTTL', ttl, lifeFields.ttl));
