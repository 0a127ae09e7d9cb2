import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';

export const cacheScopeMetadata = 'cache_module:cache_scope';

export type CacheScopeFactory = (context: ExecutionContext) => string | undefined;

/**
 * Whose a response is. Without it, a request that carries credentials (`Authorization`, a cookie, `request.user`) is not answered from the cache.
 * @param scope - `'public'`: the same for everybody, whoever asks. A function: the name of those who may share it, such as a user's or a tenant's
 * id; `undefined` from it leaves the call uncached
 */
export const CacheScope = (scope: 'public' | CacheScopeFactory): CustomDecorator => SetMetadata(cacheScopeMetadata, scope);
