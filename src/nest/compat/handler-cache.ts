import type { TtlOption } from '../../domain/options/options';
import type { HandlerCache, HandlerLoad, HandlerOptions } from '../http/handler-run';
import type { Cache } from './cache';
import { CacheManager } from './cache-manager';
import { timeToLive } from './durations';

/** What the interceptor stores into: the cache itself, to which a ttl of 0 means what it means to `@CacheTTL` here. */
export function handlerCache(manager: Cache): HandlerCache {
  return {
    wrapEntry: (key, loader, options) =>
      serviceOf(manager).wrapEntry(key, (load) => loader(translatedLoad(load)), options && translatedOptions(options)),
  };
}

function serviceOf(manager: Cache): HandlerCache {
  if (manager instanceof CacheManager) return manager.service;
  throw new TypeError('CacheInterceptor: CACHE_MANAGER is not the cache of CacheModule');
}

function translatedLoad(load: HandlerLoad): HandlerLoad {
  return {
    stale: load.stale,
    skip: () => {
      load.skip();
    },
    setTtl: (ttl) => {
      load.setTtl(translated(ttl));
    },
  };
}

function translatedOptions(options: HandlerOptions): HandlerOptions {
  return options.ttl === undefined ? options : { ...options, ttl: translated(options.ttl) };
}

function translated(ttl: TtlOption): TtlOption {
  return typeof ttl === 'number' ? timeToLive(ttl) : ttl;
}
