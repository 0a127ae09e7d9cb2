import { type CallHandler, Inject, Injectable, Optional, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModuleRef, ModulesContainer, Reflector } from '@nestjs/core';
import { Observable } from 'rxjs';
import { CacheError, isCacheFailure } from '../../domain/cache-error';
import type { CacheEntry } from '../../domain/reading/read-result';
import { CacheableService, findCache } from '../shared/cacheable.service';
import { clientErrorCheck } from '../shared/client-error';
import { isPromiseLike, returnedString } from '../shared/returned-value';
import { callOf, isLive, optionsOf, unkept, variesBy, withoutKey, type Call, type Route } from './handler-call';
import { type HandlerCache, ClientError, NotShareable } from './handler-run';
import { HitForMiss } from './hit-for-miss';
import { HttpDefaults } from './http-defaults';
import { entryKey, Uncacheable } from './key/cache-key';
import { baseKey, requestKey } from './key/request-key';
import { bypassStatus, notStoredStatus, sharedAnswerStatus, type CacheVerdict } from './response/cache-status';
import { httpRequest, setResponseHeader } from './response/http-exchange';
import { writeResponse } from './response/replay';
import { addVary } from './response/response-headers';
import { apiVersion } from './route/api-version';
import { PerHandler } from '../shared/computed-once';
import { logWarning } from './route/checked-factories';
import { type RouteConfig, routeConfigOf } from './route/route-config';

/**
 * Marks a call that another interceptor already answers, perhaps with another key and cache: the second one would store the response again. So this is
 * no matter of `Reentrancy`, which compares keys of one namespace. A property, because a WeakMap costs each request half a microsecond.
 */
const isBeingAnswered = Symbol('tiercel.isBeingAnswered');

/** Passes the route from `intercept` to `trackBy`. */
const routeSymbol = Symbol('tiercel.route');

interface MarkedContext {
  [isBeingAnswered]?: true;
  [routeSymbol]?: Route;
}

/**
 * Caches the responses of handlers: the body, and the status and headers that the handler set. Concurrent equal calls run the handler once.
 *
 * Cached are `GET` requests without credentials (see `@CacheScope`) and, with `@CacheKey`, any call. A header that the handler reads by name is
 * part of the key. A handler that gets the whole request, or the client's address or session, is not cached without a scope.
 *
 * Not stored are: streams, server-sent events, responses sent through `@Res()`, `undefined`, errors; responses that set a cookie, that have
 * `no-store`, `private` or `no-cache`, or a `Vary` with a header that `@CacheVary` does not name; statuses other than 200, 203, 204, 301, 404, 410,
 * and the 201 of a `POST` with `@CacheKey`. A request with `no-store` bypasses the cache. So does a request whose key had a response within the
 * last seconds that could not be stored. If the cache fails, the handler runs.
 */
@Injectable()
export class CacheableInterceptor<C extends HandlerCache = CacheableService> implements NestInterceptor {
  /** HTTP methods that are cached; subclasses may override it. */
  protected readonly allowedMethods: readonly string[] = ['GET'];

  /** Whether the host is part of keys that are made of the request; subclasses may override it. */
  protected readonly hostInKey: boolean = true;

  /** Used by subclasses. */
  @Optional()
  @Inject(HttpAdapterHost)
  protected readonly httpAdapterHost?: HttpAdapterHost;

  @Optional()
  @Inject(ModuleRef)
  protected readonly moduleRef?: ModuleRef;

  @Optional()
  @Inject(ApplicationConfig)
  protected readonly applicationConfig?: ApplicationConfig;

  readonly #routes = new PerHandler<Route>((context) => this.#routeOf(context));

  constructor(
    @Inject(CacheableService) protected readonly cache: C,
    @Inject(Reflector) protected readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const marked = context as MarkedContext;
    if (marked[isBeingAnswered] === true) return next.handle();
    const route = this.#routes.of(context);
    if (route.isExcluded) return next.handle();
    marked[routeSymbol] = route;
    if (route.isForCacheableMethods && !this.isRequestCacheable(context)) return withoutKey(route, context, next);
    // Each `await` is a turn of the microtask queue for every request: a hit has one, for the cache.
    const tracked: unknown = this.trackBy(context);
    const given = isPromiseLike(tracked) ? await tracked : tracked;
    const base = given === null || given === '' ? undefined : route.checkKey(given, context);
    if (base === undefined) return withoutKey(route, context, next);
    marked[isBeingAnswered] = true;
    const call = callOf(route, context, next);
    if (call.exchange?.forbidsStoring === true) return this.#bypass(call, 'no-store');
    let key: string | undefined;
    try {
      const named = entryKey(base, call);
      const settled = isPromiseLike(named) ? await named : named;
      if (settled instanceof Uncacheable) return this.#bypass(call, settled.detail);
      if (route.hitForMiss.isActive(settled)) return this.#bypass(call, 'unstorable');
      key = settled;
      const entry = await route.cache.wrapEntry(key, (load) => call.run.load(load, context), route.options);
      return this.#respond(entry, key, call);
    } catch (error) {
      return this.#respondToError(error, key, call);
    }
  }

  /** The key of a call; `undefined` leaves the call uncached. Subclasses may override it. Scope, version, headers and body are added to the key. */
  protected trackBy(context: ExecutionContext): string | undefined | null | Promise<string | undefined | null> {
    const { config } = (context as MarkedContext)[routeSymbol] ?? this.#routes.of(context);
    return baseKey(config, context, () => this.#requestKey(context));
  }

  /**
   * Whether a subclass makes the keys.
   * @internal
   */
  protected get makesKeys(): boolean {
    return this.trackBy !== CacheableInterceptor.prototype.trackBy;
  }

  /** Whether a request without `@CacheKey` is cached. Subclasses may override it. */
  protected isRequestCacheable(context: ExecutionContext): boolean {
    return this.allowedMethods.includes(httpRequest<{ method: string }>(context).method);
  }

  /**
   * The cache of a handler; called once for each handler. Subclasses may override it.
   * @param name - from `@UseCache`
   */
  protected cacheNamed(name: string | undefined): HandlerCache {
    if (name === undefined) return this.cache;
    if (this.moduleRef === undefined) throw new CacheError('CACHE_OPTION_INVALID', '@UseCache needs an interceptor that Nest has created');
    const found = findCache(this.moduleRef.get(ModulesContainer, { strict: false }), name);
    if (found === undefined) throw new CacheError('CACHE_OPTION_INVALID', `there is no cache '${name}' in this application`);
    return found as HandlerCache;
  }

  /**
   * Called once for every call that has a key, before its answer is sent. Subclasses may override it.
   * @param verdict - written as `Cache-Status` (RFC 9211)
   */
  protected onAnswer(context: ExecutionContext, verdict: CacheVerdict): void {
    setResponseHeader(context, 'Cache-Status', `tiercel; ${verdict.text}`);
  }

  #routeOf(context: ExecutionContext): Route {
    const modules = this.moduleRef?.get(ModulesContainer, { strict: false });
    const defaults = modules === undefined ? new HttpDefaults() : HttpDefaults.of(modules);
    const facts = { modules, tracksKeys: this.makesKeys, sendTags: defaults.sendTags };
    const config = routeConfigOf(context, this.reflector, facts);
    const [cache, versionOf] = [this.#cacheOf(config), this.#versionOf(config)];
    const { hostInKey } = this;
    const isClientError = clientErrorCheck(defaults.statusOf, logWarning);
    const constantsOf = (call: ExecutionContext): unknown[] => [config.prefix, config.key, this.#requestKey(call)];
    const checkKey = returnedString(`trackBy for ${config.name}`, logWarning, constantsOf);
    const rest = { options: optionsOf(config), variesBy: variesBy(config), hitForMiss: new HitForMiss(), isLive: isLive(context) };
    const isExcluded = config.isExcluded || this.#hidesVersions(config);
    // A fixed key does not hold the method: with `@All()` a DELETE would get the response of a GET.
    const isForCacheableMethods = config.isForAllMethods && typeof config.key === 'string';
    return { config, defaults, hostInKey, versionOf, checkKey, cache, isExcluded, isForCacheableMethods, isClientError, ...rest };
  }

  /** An interceptor created by hand does not know the application's versioning: it uses the version that the handler declares. */
  #versionOf({ version }: RouteConfig): Route['versionOf'] {
    if (this.applicationConfig !== undefined) return apiVersion(version, this.applicationConfig.getVersioning());
    return typeof version === 'string' ? () => version : undefined;
  }

  /** Several versions share this handler. Without the application's versioning, the requested version is unknown. */
  #hidesVersions({ version }: RouteConfig): boolean {
    return this.applicationConfig === undefined && Array.isArray(version);
  }

  #cacheOf({ cacheName, name }: RouteConfig): HandlerCache {
    try {
      return this.cacheNamed(cacheName);
    } catch (cause) {
      throw new CacheError('CACHE_OPTION_INVALID', `@UseCache on ${name}: there is no cache '${String(cacheName)}' in this application`, {
        cause,
      });
    }
  }

  #requestKey(context: ExecutionContext): string | undefined {
    if (context.getType() !== 'http' || !this.isRequestCacheable(context)) return undefined;
    const request = httpRequest<{ method: string; originalUrl: string; query?: unknown }>(context);
    return requestKey(request.method, request.originalUrl, () => request.query);
  }

  #respond(entry: CacheEntry<unknown>, key: string, call: Call): Observable<unknown> {
    const { exchange, next, route, run } = call;
    const { value } = entry;
    const isUnshared = value instanceof NotShareable;
    // A call that joined another call's run records nothing: the call that ran the handler has done so.
    if (run.ran || !isUnshared) route.hitForMiss.record(key, isUnshared ? 'unstorable' : 'storable');
    run.isAnswered = true;
    if (value instanceof ClientError) throw value.error;
    if (isUnshared) {
      this.#report(call, notStoredStatus(value.reason, run));
      return unkept(call, () => (run.ran ? value.result : next.handle()));
    }
    if (run.ran && entry.from !== 'loader') run.undoResponseChanges();
    else if (entry.from !== 'loader' && mayRefresh(entry, route.cache)) exchange?.keepInitialHead();
    this.#report(call, sharedAnswerStatus(entry, run));
    return single(writeResponse(entry, run, { exchange, config: route.config }));
  }

  /** @param key - `undefined` if the error came before there was one */
  #respondToError(error: unknown, key: string | undefined, call: Call): Observable<unknown> {
    const { route, run } = call;
    if (key !== undefined && !run.isAnswered) route.hitForMiss.record(key, 'storable');
    if (!run.ran && isCacheFailure(error)) return this.#bypass(call, error.code);
    this.#report(call, notStoredStatus('error', run));
    throw error;
  }

  #bypass(call: Call, detail: string): Observable<unknown> {
    this.#report(call, bypassStatus(detail));
    return unkept(call, () => call.next.handle());
  }

  #report({ context, exchange, route }: Call, verdict: CacheVerdict): void {
    if (exchange?.isAnswered === true) return;
    if (exchange !== undefined) addVary(exchange, route.variesBy);
    this.onAnswer(context, verdict);
  }
}

/** As `of`, for a third of its time. */
function single(value: unknown): Observable<unknown> {
  return new Observable((subscriber) => {
    subscriber.next(value);
    subscriber.complete();
  });
}

/** Whether the handler may run in the background for this call. */
function mayRefresh({ isStale }: CacheEntry<unknown>, { refreshesAhead = true }: HandlerCache): boolean {
  return isStale || refreshesAhead;
}
