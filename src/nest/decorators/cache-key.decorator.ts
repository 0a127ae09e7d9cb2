import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';

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
