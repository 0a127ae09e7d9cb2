import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { oneOf } from '../../domain/options/option-checks';
import { checkDecorator } from './checked';

export const cacheScopeMetadata = 'cache_module:cache_scope';

export type CacheScopeFactory = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

/**
 * Names the callers that may share a response.
 *
 * Without it, these calls are not answered from the cache: requests with credentials (`Authorization`, a cookie, a session, `request.user`); and
 * handlers without `@CacheKey` that read `@Ip()`, `@Session()`, cookies or, without `@CacheVary`, all headers. Headers of the response do not
 * change this: that is stricter than RFC 9111, where `public`, `s-maxage` or `must-revalidate` allow sharing.
 * @param scope - `'public'`: all callers. `'user'`: the user that `request.user` names, by the first of `id`, `sub`, `userId`, `_id`, `uid`; a
 * request without a user is not cached. The id must be unique in the whole application: if tenants or issuers have separate users, use a function
 * that returns both. A function: returns a name for the callers that may share the response; if it returns `undefined`, the call runs uncached
 */
export const CacheScope = (scope: 'public' | 'user' | CacheScopeFactory): CustomDecorator =>
  SetMetadata(cacheScopeMetadata, typeof scope === 'function' ? scope : checkDecorator('@CacheScope', scope, oneOf('public', 'user')));
