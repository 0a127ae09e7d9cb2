import { type ExecutionContext, Logger } from '@nestjs/common';
import type { ModulesContainer, Reflector } from '@nestjs/core';
import type { TtlOption } from '../../../domain/options/options';
import { logOnce } from '../../../domain/shared/log-once';
import { type SendTags, cacheTagsMetadata, type DeclaredTags } from '../../decorators/cache-tags.decorator';
import {
  type CacheKeyFactory,
  cacheKeyMetadata,
  type CacheScopeFactory,
  cacheScopeMetadata,
  cacheTtlMetadata,
  cacheVaryMetadata,
  httpCacheMetadata,
  type HttpCacheOptions,
  noCacheMetadata,
  useCacheMetadata,
} from '../../decorators/handler.decorators';
import type { KeyContents } from '../key/request-fields';
import type { DeclaredVersion } from './api-version';
import { type CheckedFactory, checkedFactory, checkedTtl, logWarning, type SetTtl } from './checked-factories';
import { variesByHost, type RouteInputs, hasHostParameter, readsResponse } from './handler-parameters';
import { isForAllMethods, redirectStatus, methodNames, nestMetadata } from './nest-metadata';
import { inputOf, isUnkeyable, nothingRead, noUrlInputs, urlInputs, whatIsRead } from './route-input';
import { RouteTags } from './route-tags';

/** The configuration from the decorators of a handler and its class, read once. */
export interface RouteConfig {
  /** Neither read nor stored: `@NoCache()`, server-sent events, responses sent through `@Res()`. */
  readonly isExcluded: boolean;
  /** Class and method, for messages. */
  readonly name: string;
  readonly key: string | CheckedFactory | undefined;
  readonly prefix: string | CheckedFactory | undefined;
  readonly ttl: TtlOption | SetTtl | undefined;
  /** `undefined` for a route without tags. */
  readonly tags: RouteTags | undefined;
  readonly scope: 'public' | 'user' | CheckedFactory | undefined;
  /** Header names in lower case: by `@CacheVary`, and those that the handler reads by `@Headers('name')`. */
  readonly vary: readonly string[];
  /** The input of the handler that cannot be part of a key and may identify the caller; `undefined` without one. */
  readonly callerInput: string | undefined;
  /** The contents of its keys, which therefore cannot mix callers up. */
  readonly keyContents: KeyContents;
  /** Parts of the URL that are added to a fixed key. */
  readonly inputs: RouteInputs;
  /** Whether the handler gets the whole request, so that it may depend on the host: then the host is part of a fixed key, too. */
  readonly readsRequest: boolean;
  /** Whether the handler accepts all HTTP methods. */
  readonly isForAllMethods: boolean;
  /** Whether the host is part of the key, whatever the options say: also of a fixed key, if it is a parameter of the route. */
  readonly variesByHost: boolean;
  /** Logs once the reason why the response is not shared. */
  readonly logUnshared: (sign: string) => void;
  readonly cacheName: string | undefined;
  readonly version: DeclaredVersion | undefined;
  readonly redirectStatus: number | undefined;
  readonly writesCacheControl: boolean;
  readonly hasEtag: boolean;
  /** Whether Nest renders a page from the returned value. */
  readonly isRendered: boolean;
}

/** Facts about a route that its decorators do not state. */
interface RouteFacts {
  /** Of the application; `undefined` for an interceptor created by hand. */
  readonly modules: ModulesContainer | undefined;
  /** Whether a subclass of the interceptor makes the keys. */
  readonly tracksKeys: boolean;
  /** The default of the application. */
  readonly sendTags: SendTags;
}

export function routeConfigOf(context: ExecutionContext, reflector: Reflector, facts: RouteFacts): RouteConfig {
  const handler = context.getHandler();
  const type = context.getClass();
  const nearest = <T>(key: string): T | undefined => reflector.getAllAndOverride<T | undefined>(key, [handler, type]);
  const own = <T>(key: string): T | undefined => reflector.get<T | undefined>(key, handler);
  const methods = methodNames(type, handler);
  const name = `${type.name}.${methods[0] ?? handler.name}`;
  const key = own<string | CacheKeyFactory>(cacheKeyMetadata);
  const http = nearest<HttpCacheOptions>(httpCacheMetadata);
  const tags = [handler, type].flatMap((target) => reflector.get<readonly DeclaredTags[] | undefined>(cacheTagsMetadata, target) ?? []);
  const redirect = redirectStatus(handler);
  const isMeantToBeCached = [cacheKeyMetadata, cacheTtlMetadata, cacheTagsMetadata, httpCacheMetadata].some(
    (metadata) => own<unknown>(metadata) !== undefined,
  );
  const isEvents = own<boolean>(nestMetadata.sse) === true;
  const declaredVary = nearest<readonly string[]>(cacheVaryMetadata);
  // A key function gets the whole call, so its result names all inputs of the response.
  const isKeyComplete = typeof key === 'function';
  const input = inputOf(context, methods);
  const { callerInput, readsRequest } = isKeyComplete
    ? nothingRead
    : whatIsRead(context, methods, { declaredVary, input, modules: facts.modules });
  const vary = isKeyComplete ? (declaredVary ?? []) : [...new Set([...(declaredVary ?? []), ...input.headers])].sort();
  return {
    isExcluded: isEvents || nearest<boolean>(noCacheMetadata) === true || isUnkeyable(context, methods),
    name,
    key: checkedFactory('@CacheKey', name, key),
    prefix: checkedFactory('@CacheKey', type.name, reflector.get<string | CacheKeyFactory | undefined>(cacheKeyMetadata, type)),
    ttl: checkedTtl(name, nearest(cacheTtlMetadata)),
    tags: tags.length === 0 ? undefined : new RouteTags(name, tags, facts.sendTags),
    scope: checkedFactory('@CacheScope', name, nearest<'public' | 'user' | CacheScopeFactory>(cacheScopeMetadata)),
    vary,
    keyContents: {
      headers: vary,
      localeInKey: vary.includes('accept-language'),
      namedOnly: isKeyComplete,
      isOwn: isKeyComplete || facts.tracksKeys,
      responseFields: context.getType() === 'http' && readsResponse(type, methods),
    },
    callerInput,
    inputs: typeof key === 'string' ? urlInputs(input, readsRequest) : noUrlInputs,
    readsRequest,
    isForAllMethods: context.getType() === 'http' && isForAllMethods(handler),
    variesByHost: isKeyComplete ? false : (key === undefined ? variesByHost : hasHostParameter)(type, handler, methods),
    logUnshared: unsharedLog(name, callerInput !== undefined && isMeantToBeCached),
    cacheName: nearest(useCacheMetadata),
    version: nearest(nestMetadata.version),
    redirectStatus: redirect,
    writesCacheControl: http !== undefined && (http.cacheControl ?? true),
    hasEtag: http !== undefined && (http.etag ?? true) && redirect === undefined,
    isRendered: own(nestMetadata.render) !== undefined,
  };
}

/** @param isAlways - whether no call of the route is cached, although its decorators ask for it; other signs may be missing in the next call */
function unsharedLog(name: string, isAlways: boolean): RouteConfig['logUnshared'] {
  const log = logOnce(isAlways ? logWarning : (message) => Logger.debug(message, 'CacheableInterceptor'));
  return (sign) => {
    log(`${name}: not cached without a @CacheScope, because of ${sign}${isAlways ? `: ${remedy}` : ''}`);
  };
}

const remedy =
  "add @CacheScope('public') if all callers may have the response, @CacheScope('user') or a function otherwise, and read headers with @Headers('name')";
