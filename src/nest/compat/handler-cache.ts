import { CacheError } from '../../domain/cache-error';
import { forResponse } from '../../domain/entry/cache-keys';
import type { TtlOption } from '../../domain/options/options';
import type { HandlerCache, HandlerLoad, HandlerOptions } from '../http/handler-run';
import type { Cache } from './cache';
import { CacheManager } from './cache-manager';
import { isTtl } from '../shared/returned-value';
import { timeToLive } from './durations';

/**
 * The cache as the interceptor uses it. As with cache-manager, a `@CacheTTL` of 0 means forever, and one whose function returns `null` or `undefined`
 * means the ttl of the cache.
 */
export function handlerCache(manager: Cache): HandlerCache {
  return {
    get refreshesAhead() {
      return serviceOf(manager).refreshesAhead ?? true;
    },
    wrapEntry: (key, loader, options = {}) => {
      const isShared = !isQualified(key);
      const compatOptions = forResponse(optionsWithCompatTtl(options), !isShared);
      return serviceOf(manager).wrapEntry(isShared ? unescaped(key) : key, (load) => loader(withCompatTtl(load)), compatOptions);
    },
  };
}

/**
 * Whether a key names more than a URL or a `@CacheKey`, such as the user. Only such entries are separate from those of the application, which reads
 * the others by `cache.get`, as with cache-manager.
 */
function isQualified(key: string): boolean {
  return key.startsWith('@') && !key.startsWith('@@');
}

function unescaped(key: string): string {
  return key.startsWith('@@') ? key.slice(1) : key;
}

function serviceOf(manager: Cache): HandlerCache {
  if (manager instanceof CacheManager) return manager.service;
  throw new CacheError('CACHE_OPTION_INVALID', 'CacheInterceptor: CACHE_MANAGER: expected the cache of CacheModule, got another object');
}

function withCompatTtl(load: HandlerLoad): HandlerLoad {
  return {
    stale: load.stale,
    skip: (options) => {
      load.skip(options);
    },
    limitLife: (limits) => {
      load.limitLife(limits);
    },
    setTags: (tags) => {
      load.setTags(tags);
    },
    acceptsTtl: isCompatTtl,
    setTtl: (ttl: TtlOption | null | undefined) => {
      if (ttl !== null && ttl !== undefined) load.setTtl(compatTtl(ttl));
    },
  };
}

function optionsWithCompatTtl(options: HandlerOptions): HandlerOptions {
  return options.ttl === undefined ? options : { ...options, ttl: compatTtl(options.ttl) };
}

function isCompatTtl(returned: unknown): returned is TtlOption {
  return returned === null || returned === undefined || isTtl(typeof returned === 'number' ? timeToLive(returned) : returned);
}

function compatTtl(ttl: TtlOption): TtlOption {
  return typeof ttl === 'number' ? timeToLive(ttl) : ttl;
}
