import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';

export const cacheKeyMetadata = 'cache_module:cache_key';

export type CacheKeyFactory = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

/**
 * Names the entry that a handler's result is cached under, instead of the request. Calls that are no `GET` requests (others, messages, GraphQL) are
 * cached with it alone.
 *
 * A string names what does not depend on the payload: a request body, a message or GraphQL arguments that are not empty (`{}`, `''`, `null`) are
 * appended as a hash, `key#<hash>`. On a controller it is a prefix, for itself caches nothing, and is parted by a colon: `users:list`, or
 * `users:GET:/users` for what has no key of its own.
 *
 * Stored under the key is the answer. While the handler runs, a `cache.wrap` or `@Cacheable` of the same key loads and stores nothing.
 * @param key - or a function of the call, to which nothing of the payload is added; `undefined` from it leaves the call uncached
 */
export const CacheKey = (key: string | CacheKeyFactory): CustomDecorator => SetMetadata(cacheKeyMetadata, key);
