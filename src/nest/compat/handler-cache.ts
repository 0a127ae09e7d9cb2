import type { WrapOptions } from '../../domain/call-options';
import type { Ttl } from '../../domain/options';
import type { HandlerCache } from '../interceptor/handler-cache';
import type { Cache } from './cache';
import { CacheManager } from './cache-manager';
import { timeToLive } from './time-to-live';

/** What the interceptor stores into: the cache itself, to which a ttl of 0 means what it means to `@CacheTTL` here. */
export function handlerCache(manager: Cache): HandlerCache {
  return {
    wrapEntry: (key, loader, options) => serviceOf(manager).wrapEntry(key, loader, translated(options)),
  };
}

function serviceOf(manager: Cache): HandlerCache {
  if (manager instanceof CacheManager) return manager.service;
  throw new TypeError('CacheInterceptor: CACHE_MANAGER is not the cache of CacheModule');
}

function translated(options: WrapOptions | Ttl | undefined): WrapOptions | Ttl | undefined {
  if (typeof options === 'number') return timeToLive(options);
  if (typeof options !== 'object' || typeof options.ttl !== 'number') return options;
  return { ...options, ttl: timeToLive(options.ttl) };
}
