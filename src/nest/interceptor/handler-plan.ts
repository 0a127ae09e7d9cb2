import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { TtlOption } from '../../domain/options';
import { cacheKeyMetadata, type CacheKeyFactory } from '../decorators/cache-key.decorator';
import { cacheScopeMetadata, type CacheScopeFactory } from '../decorators/cache-scope.decorator';
import { cacheTtlMetadata, type CacheTtlFactory } from '../decorators/cache-ttl.decorator';
import { cacheVaryMetadata } from '../decorators/cache-vary.decorator';
import { httpCacheMetadata, type HttpCacheOptions } from '../decorators/http-cache.decorator';
import { noCacheMetadata } from '../decorators/no-cache.decorator';
import { useCacheMetadata } from '../decorators/use-cache.decorator';
import type { DeclaredVersion } from './api-version';
import { answersItself, nestMetadata, redirectStatus } from './nest-metadata';

/** What the decorators of a handler and its class say, read once. */
export interface HandlerPlan {
  /** Neither read nor stored: `@NoCache()`, server-sent events, what is answered through `@Res()`. */
  readonly isLeftAlone: boolean;
  /** For error messages. */
  readonly name: string;
  readonly key: string | CacheKeyFactory | undefined;
  readonly prefix: string | CacheKeyFactory | undefined;
  readonly ttl: TtlOption | CacheTtlFactory | undefined;
  readonly scope: 'public' | 'user' | CacheScopeFactory | undefined;
  /** Header names in lower case. */
  readonly vary: readonly string[];
  readonly cacheName: string | undefined;
  readonly version: DeclaredVersion | undefined;
  readonly redirectStatus: number | undefined;
  readonly tellsLife: boolean;
  readonly hasEtag: boolean;
}

export function planOf(context: ExecutionContext, reflector: Reflector): HandlerPlan {
  const handler = context.getHandler();
  const type = context.getClass();
  const nearest = <T>(key: string): T | undefined => reflector.getAllAndOverride<T | undefined>(key, [handler, type]);
  const own = <T>(key: string): T | undefined => reflector.get<T | undefined>(key, handler);
  const http = nearest<HttpCacheOptions>(httpCacheMetadata);
  const redirect = redirectStatus(handler);
  const isEvents = own<boolean>(nestMetadata.sse) === true;
  return {
    isLeftAlone: isEvents || nearest<boolean>(noCacheMetadata) === true || answersItself(type, handler.name),
    name: `${type.name}.${handler.name}`,
    key: own(cacheKeyMetadata),
    prefix: reflector.get<string | CacheKeyFactory | undefined>(cacheKeyMetadata, type),
    ttl: nearest(cacheTtlMetadata),
    scope: nearest(cacheScopeMetadata),
    vary: nearest(cacheVaryMetadata) ?? [],
    cacheName: nearest(useCacheMetadata),
    version: nearest(nestMetadata.version),
    redirectStatus: redirect,
    tellsLife: http !== undefined && (http.cacheControl ?? true),
    // What is sent is not what the handler returned: a redirection, or a page made of it.
    hasEtag: http !== undefined && (http.etag ?? true) && redirect === undefined && own(nestMetadata.render) === undefined,
  };
}
