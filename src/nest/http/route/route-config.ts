import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { TtlOption } from '../../../domain/options/options';
import { type CacheKeyFactory, cacheKeyMetadata } from '../../decorators/cache-key.decorator';
import { type CacheScopeFactory, cacheScopeMetadata } from '../../decorators/cache-scope.decorator';
import { type CacheTtlFactory, cacheTtlMetadata } from '../../decorators/cache-ttl.decorator';
import { cacheVaryMetadata } from '../../decorators/cache-vary.decorator';
import { httpCacheMetadata, type HttpCacheOptions } from '../../decorators/http-cache.decorator';
import { noCacheMetadata } from '../../decorators/no-cache.decorator';
import { useCacheMetadata } from '../../decorators/use-cache.decorator';
import type { DeclaredVersion } from './api-version';
import { variesByHost, redirectStatus, sendsResponseItself, nestMetadata, type HandlerInput, handlerInput } from './nest-metadata';

/** What the decorators of a handler and its class say, read once. */
export interface RouteConfig {
  /** Neither read nor stored: `@NoCache()`, server-sent events, what is answered through `@Res()`. */
  readonly isExcluded: boolean;
  /** For error messages. */
  readonly name: string;
  readonly key: string | CacheKeyFactory | undefined;
  readonly prefix: string | CacheKeyFactory | undefined;
  readonly ttl: TtlOption | CacheTtlFactory | undefined;
  readonly scope: 'public' | 'user' | CacheScopeFactory | undefined;
  /** Header names in lower case: by `@CacheVary`, and what the handler asks for by `@Headers('name')`. */
  readonly vary: readonly string[];
  /** Whether parameters of the handler ask for what no key could name: who or where the client is, or all headers. */
  readonly readsCallerIdentity: boolean;
  /** Whether the host belongs to the key. */
  readonly variesByHost: boolean;
  readonly cacheName: string | undefined;
  readonly version: DeclaredVersion | undefined;
  readonly redirectStatus: number | undefined;
  readonly writesCacheControl: boolean;
  readonly hasEtag: boolean;
  /** Whether a page is rendered from what the handler returns. */
  readonly isRendered: boolean;
}

export function routeConfigOf(context: ExecutionContext, reflector: Reflector): RouteConfig {
  const handler = context.getHandler();
  const type = context.getClass();
  const nearest = <T>(key: string): T | undefined => reflector.getAllAndOverride<T | undefined>(key, [handler, type]);
  const own = <T>(key: string): T | undefined => reflector.get<T | undefined>(key, handler);
  const key = own<string | CacheKeyFactory>(cacheKeyMetadata);
  const http = nearest<HttpCacheOptions>(httpCacheMetadata);
  const redirect = redirectStatus(handler);
  const isEvents = own<boolean>(nestMetadata.sse) === true;
  const declaredVary = nearest<readonly string[]>(cacheVaryMetadata);
  const input = inputOf(context);
  return {
    isExcluded: isEvents || nearest<boolean>(noCacheMetadata) === true || sendsResponseItself(type, handler.name),
    name: `${type.name}.${handler.name}`,
    key,
    prefix: reflector.get<string | CacheKeyFactory | undefined>(cacheKeyMetadata, type),
    ttl: nearest(cacheTtlMetadata),
    scope: nearest(cacheScopeMetadata),
    // Who gives a call a key of its own has named what it depends on.
    vary: key === undefined ? [...new Set([...(declaredVary ?? []), ...input.headers])].sort() : (declaredVary ?? []),
    readsCallerIdentity: key === undefined && (input.readsCaller || (input.allHeaders && declaredVary === undefined)),
    variesByHost: key === undefined && variesByHost(type, handler),
    cacheName: nearest(useCacheMetadata),
    version: nearest(nestMetadata.version),
    redirectStatus: redirect,
    writesCacheControl: http !== undefined && (http.cacheControl ?? true),
    hasEtag: http !== undefined && (http.etag ?? true) && redirect === undefined,
    isRendered: own(nestMetadata.render) !== undefined,
  };
}

const noInput: HandlerInput = { headers: [], allHeaders: false, readsCaller: false };

/** Elsewhere the same metadata numbers other kinds of parameters. */
function inputOf(context: ExecutionContext): HandlerInput {
  if (context.getType() !== 'http') return noInput;
  const { headers, ...input } = handlerInput(context.getClass(), context.getHandler().name);
  // Whoever sends these is not answered from the cache, unless a scope says that it may be.
  return { ...input, headers: headers.filter((name) => name !== 'authorization' && name !== 'cookie') };
}
