import { shorthandToMilliseconds } from 'cacheable';
import { CacheError } from '../../domain/errors/cache-error';
import type { TtlOption } from '../../domain/options';
import type { CacheableLike } from './cacheable-like';
import type { CacheableMemorySettings } from './from-cacheable-memory';

/** For cacheable a store's own ttl wins over the instance's, and none, 0 and less mean for ever. */
export function lifeOf({ primary, secondary, ttl }: CacheableLike, memory: CacheableMemorySettings): TtlOption {
  const shared = milliseconds('ttl', ttl);
  const own = milliseconds('primary.ttl', primary.ttl) ?? (shared === undefined ? milliseconds('primary.ttl', memory.ttl) : undefined);
  const ofPrimary = capped(own ?? shared, milliseconds('primary.maxTtl', memory.maxTtl));
  if (secondary === undefined) return ofPrimary ?? 'forever';
  const ofSecondary = milliseconds('secondary.ttl', secondary.ttl) ?? shared;
  // Where nobody chose a time for layer 1 alone, this cache chooses: without a bus layer 1 asks layer 2 again after a while.
  if (ofPrimary === undefined || (own === undefined && ofPrimary === ofSecondary)) return ofSecondary ?? 'forever';
  return { primary: ofPrimary, secondary: ofSecondary ?? 'forever' };
}

export function maxTtlOf({ maxTtl }: CacheableLike): number | undefined {
  return milliseconds('maxTtl', maxTtl);
}

function capped(ttl: number | undefined, max: number | undefined): number | undefined {
  return max === undefined ? ttl : Math.min(ttl ?? Infinity, max);
}

function milliseconds(path: string, given: number | string | undefined): number | undefined {
  try {
    const ms = shorthandToMilliseconds(given);
    return ms !== undefined && ms > 0 ? ms : undefined;
  } catch {
    throw new CacheError('CACHE_OPTION_INVALID', `fromCacheable(): ${path}: expected a duration such as '5m', got another text`);
  }
}
