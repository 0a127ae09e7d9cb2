import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { oneOf } from '../../domain/options/option-checks';
import { checkDecorator } from './checked';

export const cacheScopeMetadata = 'cache_module:cache_scope';

export type CacheScopeFactory = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

/**
 * Whose a response is. Without it, a request that carries credentials (`Authorization`, a cookie, a session, `request.user`) is not answered from the cache,
 * nor is a handler without `@CacheKey` that asks for `@Ip()`, `@Session()`, cookies, or, without `@CacheVary`, for all headers; whatever the response says of itself: stricter than RFC 9111, which lets a response with `public`, `s-maxage` or `must-revalidate` be shared.
 * @param scope - `'public'`: the same answer for every caller. `'user'`: of the user alone that `request.user` names by the first of `id`,
 * `sub`, `userId`, `_id`, `uid`; a request without one is not cached. These have to be unique in the whole application: where tenants or issuers
 * have users of their own, name both in a function. A function: the name of those who may share it; `undefined` from it leaves the call uncached
 */
export const CacheScope = (scope: 'public' | 'user' | CacheScopeFactory): CustomDecorator =>
  SetMetadata(cacheScopeMetadata, typeof scope === 'function' ? scope : checkDecorator('@CacheScope', scope, oneOf('public', 'user')));
