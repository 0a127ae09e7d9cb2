import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { CacheError } from '../../domain/cache-error';
import { lifeFields } from '../../domain/options/life-options';
import { oneOf, flag, optional, shape, type Check, parseOptions } from '../../domain/options/option-checks';
import type { TtlOption } from '../../domain/options/options';

export const cacheKeyMetadata = 'cache_module:cache_key';

export type CacheKeyFactory = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

/**
 * Sets the key of a handler's entry, in place of a key made of the request. Calls other than `GET` requests (other methods, messages, GraphQL) are
 * cached only with this decorator.
 *
 * A string is the key without the payload: a request body, a message or GraphQL arguments are appended as a hash, `key#<hash>`, unless they are
 * empty (`{}`, `''`, `null`). On a controller the string is a prefix, separated by a colon: `users:list`, or `users:GET:/users` for a handler
 * without a key. A prefix alone caches no handler.
 *
 * The entry is the response. While the handler runs, a `cache.wrap` or `@Cacheable` of the same key loads and stores nothing.
 * @param key - or a function of the call, whose result is the whole key, without a hash of the payload; if it returns `undefined`, the call runs
 * uncached
 */
export const CacheKey = (key: string | CacheKeyFactory): CustomDecorator => SetMetadata(cacheKeyMetadata, key);

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

export const cacheScopeMetadata = 'cache_module:cache_scope';

export type CacheScopeFactory = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

/**
 * Names the callers that may share a response.
 *
 * Without it, a call that shows a sign of its caller is not answered from the cache: credentials (`Authorization`, a cookie, a session, `request.user`), headers
 * and fields that name a caller or a tenant. Nor is a handler without a function as `@CacheKey` that gets `@Ip()`, `@Session()`, cookies, a custom parameter, or,
 * without `@CacheVary`, the whole request (`@Req()`, `@Context()` of GraphQL) or all headers (`@Headers()`). Headers of the response do not
 * change this: that is stricter than RFC 9111, where `public`, `s-maxage` or `must-revalidate` allow sharing.
 * @param scope - `'public'`: all callers. `'user'`: the user that `request.user` names, by the first of `id`, `sub`, `userId`, `_id`, `uid`; a
 * request without a user is not cached. The id must be unique in the whole application: if tenants or issuers have separate users, use a function
 * that returns both. A function: returns a name for the callers that may share the response; if it returns `undefined`, the call runs uncached
 */
export const CacheScope = (scope: 'public' | 'user' | CacheScopeFactory): CustomDecorator =>
  SetMetadata(cacheScopeMetadata, typeof scope === 'function' ? scope : checkDecorator('@CacheScope', scope, oneOf('public', 'user')));

export const cacheVaryMetadata = 'tiercel:vary';

/** Headers that identify the caller: their values would put secrets into keys. */
const callerHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/**
 * Request headers that the response of a handler, or of all handlers of a controller, depends on. Each combination of their values has a separate
 * entry, and the response lists the headers in `Vary`. Values are compared as they are, except for spaces around commas. Without `@CacheKey`, a
 * header that the handler reads by `@Headers('name')` is included automatically.
 * @param headers - such as `'Accept-Language'`
 * @throws CacheError `CACHE_OPTION_INVALID` for `Authorization` and `Cookie`, which need `@CacheScope`, and for invalid header names
 */
export const CacheVary = (...headers: readonly string[]): CustomDecorator => {
  const names = [...new Set(headers.map((header) => header.toLowerCase()))].sort();
  for (const name of names) checkHeaderName(name);
  return SetMetadata(cacheVaryMetadata, names);
};

function checkHeaderName(name: string): void {
  if (callerHeaders.has(name)) throw new CacheError('CACHE_OPTION_INVALID', `@CacheVary: '${name}' identifies the caller: use @CacheScope`);
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || name === '*')
    throw new CacheError('CACHE_OPTION_INVALID', '@CacheVary: expected header names');
}

export const httpCacheMetadata = 'tiercel:http_cache';

export interface HttpCacheOptions {
  /**
   * Whether the response has `Cache-Control`. With `@CacheScope('public')` it is `public, max-age=…`: the whole life of the entry in seconds, of which `Age` is
   * the part that has passed. Without a scope it is `no-cache`, with another scope `private, no-cache`: a browser does not know when its user changes, so it asks
   * each time. A `Cache-Control` of the handler is left as it is.
   * @defaultValue `true`
   */
  readonly cacheControl?: boolean;
  /**
   * Whether the response has a weak `ETag`: a hash of the bytes that are sent, after all interceptors. A request that has it in `If-None-Match` gets a 304. An
   * `ETag` of the handler is sent as it is. Redirections have none.
   * @defaultValue `true`
   */
  readonly etag?: boolean;
}

/**
 * Lets browsers and proxies cache responses too: of a handler, or of all handlers of a controller. Unless the scope is `'public'`, every response lists
 * the headers of credentials in `Vary`, also one that bypasses the cache, and beside the names that the handler writes there.
 */
export const HttpCache = (options: HttpCacheOptions = {}): CustomDecorator =>
  SetMetadata(httpCacheMetadata, checkDecorator('@HttpCache', options, httpCacheOptions));

const httpCacheOptions = shape<HttpCacheOptions>({ cacheControl: optional(flag, true), etag: optional(flag, true) });

export const useCacheMetadata = 'tiercel:use_cache';

/**
 * The cache from which `CacheableInterceptor` answers a handler, or all handlers of a controller; a decorator on the handler overrides that on the
 * controller. If no module registers the cache, the log says so once after the application has started, and each call fails with
 * `CACHE_OPTION_INVALID`.
 * @param name - as given to `CacheableModule.register({ name })`
 * @defaultValue the cache without a name
 */
export const UseCache = (name: string): CustomDecorator => SetMetadata(useCacheMetadata, name);

export const noCacheMetadata = 'tiercel:no_cache';

/** `CacheableInterceptor` ignores this handler, or all handlers of a controller: it reads and stores nothing, and sets no header. */
export const NoCache = (): CustomDecorator => SetMetadata(noCacheMetadata, true);

/**
 * Checks the argument of a decorator and returns it unchanged. A mistake fails where the class is declared, instead of leaving a route uncached.
 * @param decorator - for the error
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
function checkDecorator<T>(decorator: string, given: T, check: Check<unknown>): T {
  parseOptions(decorator, check, given);
  return given;
}
