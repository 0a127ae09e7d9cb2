import { type CallHandler, Inject, Injectable, Optional, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModuleRef, ModulesContainer, Reflector } from '@nestjs/core';
import { of, type Observable } from 'rxjs';
import { CacheError } from '../../domain/cache-error';
import type { CacheEntry } from '../../domain/reading/read-result';
import { atLevel } from '../../domain/reading/reentrancy';
import type { CacheKeyFactory } from '../decorators/cache-key.decorator';
import { CacheableService } from '../shared/cacheable.service';
import { cacheIn } from '../shared/find-caches';
import { isUnwell } from '../shared/unwell';
import { type HandlerCache, type HandlerOptions, Refused, Unshared, HandlerRun } from './handler-run';
import { type KeyedCall, entryKey } from './key/cache-key';
import { callerOf } from './key/caller';
import { requestKey } from './key/request-key';
import { bypassed, unstored, verdictOn, type CacheVerdict } from './response/cache-status';
import { HttpExchange, httpRequest, setResponseHeader } from './response/http-exchange';
import { deliver } from './response/replay';
import { addVary } from './response/response-headers';
import { apiVersion } from './route/api-version';
import { PerHandler } from './route/per-handler';
import { type RouteConfig, routeConfigOf } from './route/route-config';
import { UnstorableKeys } from './unstorable-keys';

/**
 * Marks calls that are being answered. Bound twice to one route, the inner interceptor would wait for the outer one, which waits for it.
 * A property, since a map of weak references costs each request half a microsecond.
 */
const isBeingAnswered = Symbol('tiercel.isBeingAnswered');

/** For what an interceptor has looked up already, on its way to `trackBy`. */
const routeSymbol = Symbol('tiercel.route');

interface Marked {
  [isBeingAnswered]?: true;
  [routeSymbol]?: Route;
}

/** All that is known of a handler before it is called. */
interface Route {
  readonly config: RouteConfig;
  readonly cache: HandlerCache;
  readonly options: HandlerOptions;
  readonly unstorable: UnstorableKeys;
  readonly versionOf: ReturnType<typeof apiVersion>;
}

/** One call on its way. */
interface Call extends KeyedCall {
  readonly route: Route;
  readonly next: CallHandler;
  /** HTTP alone. */
  readonly exchange: HttpExchange | undefined;
}

/**
 * Answers from the cache what a handler would answer: body, and the status and headers that the handler set. Equal calls that come together run the
 * handler once.
 *
 * Cached are `GET` requests without credentials (see `@CacheScope`) and, with `@CacheKey`, any call. A header that the handler asks for by name is part
 * of the key; a handler that asks for the client's address or session is not cached without a scope. Not stored: streams, server-sent events, what
 * was sent through `@Res()`, `undefined`, errors, responses that set a cookie, that say `no-store`, `private` or `no-cache`, or whose `Vary` names
 * what `@CacheVary` does not; and statuses other than 200, 203, 204, 301, 404, 410, and the 201 of a `POST` with `@CacheKey`. A request that says
 * `no-store` goes past the cache, and so does one that would wait for an answer which could not be stored a moment ago. If the cache is unwell, the
 * handler runs.
 */
@Injectable()
export class CacheableInterceptor<C extends HandlerCache = CacheableService> implements NestInterceptor {
  /** Methods that are cached; to be overridden. */
  protected readonly allowedMethods: readonly string[] = ['GET'];

  /** For subclasses. */
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
    const marked = context as Marked;
    if (marked[isBeingAnswered] === true) return next.handle();
    const route = this.#routes.of(context);
    if (route.config.isExcluded || this.#hidesVersions(route.config)) return next.handle();
    marked[routeSymbol] = route;
    const base = await this.trackBy(context);
    if (base === undefined || base === null || base === '') return next.handle();
    marked[isBeingAnswered] = true;
    const { config, versionOf } = route;
    const exchange = HttpExchange.of(context);
    return this.#answer(base, { route, config, versionOf, context, next, exchange, request: exchange?.request, caller: callerOf(context) });
  }

  /** Names the entry; `undefined` leaves the call uncached. To be overridden. What else the answer depends on is added to it. */
  protected trackBy(context: ExecutionContext): string | undefined | null | Promise<string | undefined | null> {
    const { key, prefix } = ((context as Marked)[routeSymbol] ?? this.#routes.of(context)).config;
    const own = key === undefined ? this.#requestKey(context) : named(key, context);
    if (own === undefined || prefix === undefined) return own;
    const first = named(prefix, context);
    return first === undefined ? undefined : `${first}:${own}`;
  }

  /** Whether a request without `@CacheKey` is cached. To be overridden. */
  protected isRequestCacheable(context: ExecutionContext): boolean {
    return this.allowedMethods.includes(httpRequest<{ method: string }>(context).method);
  }

  /**
   * Which cache answers; asked once for each handler. To be overridden.
   * @param name - by `@UseCache`
   */
  protected cacheNamed(name: string | undefined): HandlerCache {
    if (name === undefined) return this.cache;
    if (this.moduleRef === undefined) throw new CacheError('CACHE_OPTION_INVALID', '@UseCache needs an interceptor that Nest has made');
    const found = cacheIn(this.moduleRef.get(ModulesContainer, { strict: false }), name);
    if (found === undefined) throw new CacheError('CACHE_OPTION_INVALID', `there is no cache '${name}' in this application`);
    return found as HandlerCache;
  }

  /**
   * Told once of every call that has a key, before its answer is sent. To be overridden.
   * @param verdict - written as `Cache-Status` (RFC 9211)
   */
  protected onAnswer(context: ExecutionContext, verdict: CacheVerdict): void {
    setResponseHeader(context, 'Cache-Status', `tiercel; ${verdict.text}`);
  }

  #routeOf(context: ExecutionContext): Route {
    const config = routeConfigOf(context, this.reflector);
    const [cache, versionOf] = [this.#cacheOf(config), this.#versionOf(config)];
    return { config, cache, options: optionsOf(config), unstorable: new UnstorableKeys(), versionOf };
  }

  /** An interceptor that was made by hand does not know how the application tells versions apart, and takes what the handler declares. */
  #versionOf({ version }: RouteConfig): Route['versionOf'] {
    if (this.applicationConfig !== undefined) return apiVersion(version, this.applicationConfig.getVersioning());
    return typeof version === 'string' ? () => version : undefined;
  }

  /** One handler for several versions, and nothing that tells which of them is asked for. */
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
    const request = httpRequest<{ method: string; originalUrl: string }>(context);
    return requestKey(request.method, request.originalUrl);
  }

  async #answer(base: string, call: Call): Promise<Observable<unknown>> {
    const { context, exchange, config, next } = call;
    if (exchange?.refusesStorage === true) return this.#bypass(call, 'no-store');
    const run = new HandlerRun(config, next, exchange, isLive(context));
    try {
      const key = entryKey(base, call);
      if (key === undefined) return this.#bypass(call, 'credentials');
      if (call.route.unstorable.passes(key)) return this.#bypass(call, 'unstorable');
      const entry = await this.#entry(key, run, call);
      run.isAnswered = true;
      return this.#conclude(entry, run, call);
    } catch (error) {
      if (!run.ran && isUnwell(error)) return this.#bypass(call, error.code);
      this.#tell(call, unstored('error', run));
      throw error;
    }
  }

  async #entry(key: string, run: HandlerRun, { context, route }: Call): Promise<CacheEntry<unknown>> {
    const { cache, options, unstorable } = route;
    let isUnshared = false;
    try {
      const entry = await cache.wrapEntry(key, (load) => run.load(load, context), options);
      isUnshared = entry.value instanceof Unshared;
      return entry;
    } finally {
      // Who has waited for somebody else has learned nothing that is not known.
      if (run.ran || !isUnshared) unstorable.settle(key, isUnshared ? 'unstorable' : 'storable');
    }
  }

  #conclude(entry: CacheEntry<unknown>, run: HandlerRun, call: Call): Observable<unknown> {
    const { value } = entry;
    if (value instanceof Refused) throw value.error;
    if (value instanceof Unshared) {
      this.#tell(call, unstored(value.reason, run));
      return run.ran ? value.result : call.next.handle();
    }
    if (run.ran && entry.from !== 'loader') run.undo();
    this.#tell(call, verdictOn(entry, run));
    return of(deliver(entry, run, call));
  }

  #bypass(call: Call, detail: string): Observable<unknown> {
    this.#tell(call, bypassed(detail));
    return call.next.handle();
  }

  #tell({ context, exchange, config }: Call, verdict: CacheVerdict): void {
    if (exchange?.isAnswered === true) return;
    if (exchange !== undefined && config.vary.length > 0) addVary(exchange, config.vary);
    this.onAnswer(context, verdict);
  }
}

/** In a lane of its own: a handler may ask for the data that it answers with by the key of its answer. */
function optionsOf({ ttl }: RouteConfig): HandlerOptions {
  return atLevel('handler', ttl === undefined || typeof ttl === 'function' ? {} : { ttl });
}

function named(key: string | CacheKeyFactory, context: ExecutionContext): string | undefined {
  return typeof key === 'function' ? key(context) : key;
}

/** Where Nest passes on every value of a stream, and does not wait for the last one. */
function isLive(context: ExecutionContext): boolean {
  const type = context.getType<string>();
  return type === 'rpc' || type === 'ws';
}
