import { HttpException, Inject, Injectable, Optional, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { CacheError } from '../domain/errors/cache-error';
import type { TtlOption } from '../domain/options';
import { CacheableService } from './cacheable.service';
import { cacheKeyMetadata, type CacheKeyFactory } from './decorators/cache-key.decorator';
import { cacheScopeMetadata, type CacheScopeFactory } from './decorators/cache-scope.decorator';
import { cacheTtlMetadata, type CacheTtlFactory } from './decorators/cache-ttl.decorator';
import { HttpExchange } from './http-exchange';
import { requestKey, scopedKey } from './request-key';

/** A result that belongs to one request alone: nobody else on the flight may have it. */
class Unshared {
  constructor(readonly body: unknown) {}
}

/** The handler's word that there is nothing here for this caller: an answer, and no failure that an old value should hide (RFC 5861). */
class Refused {
  constructor(readonly error: HttpException) {}
}

/** Calls that are being answered. Bound twice to one route, the inner interceptor would wait for the outer one, which waits for it. */
const answering = new WeakSet<ExecutionContext>();

/** Nest marks the handlers of server-sent events with it. */
const sseMetadata = '__sse__';

/**
 * Answers from the cache what a handler would answer. Equal requests that come together run the handler once.
 *
 * Cached are `GET` requests without credentials (see `@CacheScope`) and, with `@CacheKey`, any call. Not stored: streams, what was sent through
 * `@Res()`, `undefined`, responses that set a cookie or say `no-store` or `private`, and statuses other than the route's own or than
 * 200, 203, 204, 301, 404, 410. If the cache is unwell, the handler runs.
 */
@Injectable()
export class CacheableInterceptor implements NestInterceptor {
  /** Methods that are cached; to be overridden. */
  protected readonly allowedMethods: readonly string[] = ['GET'];

  @Optional()
  @Inject(HttpAdapterHost)
  protected readonly httpAdapterHost?: HttpAdapterHost;

  constructor(
    @Inject(CacheableService) protected readonly cache: CacheableService,
    @Inject(Reflector) protected readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (answering.has(context)) return next.handle();
    answering.add(context);
    const key = await this.trackBy(context);
    if (key === undefined || key === null || key === '' || this.#metadata<boolean>(context, sseMetadata) === true) return next.handle();
    const exchange = HttpExchange.of(context);
    const scope = this.#scopeOf(context, exchange);
    if (scope === 'nobody') return this.#bypass(exchange, next);
    return this.#answer(scopedKey(key, scope.name), await this.#ttlOf(context), exchange, next);
  }

  /** Names the entry; `undefined` leaves the call uncached. To be overridden. */
  protected trackBy(context: ExecutionContext): string | undefined | null | Promise<string | undefined | null> {
    const given = this.reflector.get<string | CacheKeyFactory | undefined>(cacheKeyMetadata, context.getHandler());
    if (given !== undefined) return typeof given === 'function' ? given(context) : given;
    const adapter = this.httpAdapterHost?.httpAdapter;
    if (context.getType() !== 'http' || !adapter || !this.isRequestCacheable(context)) return undefined;
    const request: unknown = context.switchToHttp().getRequest();
    return requestKey(String(adapter.getRequestMethod(request)), String(adapter.getRequestUrl(request)));
  }

  /** Whether a request without `@CacheKey` is cached. To be overridden. */
  protected isRequestCacheable(context: ExecutionContext): boolean {
    return this.allowedMethods.includes(context.switchToHttp().getRequest<{ method: string }>().method);
  }

  async #answer(
    key: string,
    ttl: TtlOption | undefined,
    exchange: HttpExchange | undefined,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    const attempt: { ran: boolean } = { ran: false };
    try {
      const load = async (context: { skip(): void }): Promise<unknown> => {
        attempt.ran = true;
        const result = await outcomeOf(next, exchange);
        if (result instanceof Unshared || result instanceof Refused) context.skip();
        return result;
      };
      const found = await this.cache.wrap(key, load, ttl === undefined ? undefined : { ttl });
      if (found instanceof Refused) throw found.error;
      if (found instanceof Unshared) return attempt.ran ? of(found.body) : next.handle();
      this.#tell(exchange, attempt.ran ? 'tiercel; fwd=miss; stored' : 'tiercel; hit');
      return of(found);
    } catch (error) {
      if (!attempt.ran && error instanceof CacheError) return next.handle();
      throw error;
    }
  }

  #bypass(exchange: HttpExchange | undefined, next: CallHandler): Observable<unknown> {
    this.#tell(exchange, 'tiercel; fwd=bypass; detail=credentials');
    return next.handle();
  }

  /** Whose the answer is: a group's by name, everybody's, or nobody's but the asker's. */
  #scopeOf(context: ExecutionContext, exchange: HttpExchange | undefined): { readonly name: string | undefined } | 'nobody' {
    const scope = this.#metadata<'public' | CacheScopeFactory>(context, cacheScopeMetadata);
    if (typeof scope === 'function') {
      const name = scope(context);
      return name === undefined ? 'nobody' : { name };
    }
    return scope === undefined && exchange?.carriesCredentials === true ? 'nobody' : { name: undefined };
  }

  async #ttlOf(context: ExecutionContext): Promise<TtlOption | undefined> {
    const ttl = this.#metadata<TtlOption | CacheTtlFactory>(context, cacheTtlMetadata);
    return typeof ttl === 'function' ? ttl(context) : ttl;
  }

  #metadata<T>(context: ExecutionContext, key: string): T | undefined {
    return this.reflector.getAllAndOverride<T | undefined>(key, [context.getHandler(), context.getClass()]);
  }

  /** RFC 9211. */
  #tell(exchange: HttpExchange | undefined, status: string): void {
    if (exchange === undefined || exchange.isAnswered) return;
    this.httpAdapterHost?.httpAdapter.setHeader(exchange.response, 'Cache-Status', status);
  }
}

/** Runs the handler: what it brought, for everybody or for this request alone, or that it refused. */
async function outcomeOf(next: CallHandler, exchange: HttpExchange | undefined): Promise<unknown> {
  // A refresh behind runs after its request was answered: then only the body can tell whether it is for everybody.
  const live = exchange?.isAnswered === false ? exchange : undefined;
  try {
    const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
    return mayShare(body, live) ? body : new Unshared(body);
  } catch (error) {
    if (error instanceof HttpException && error.getStatus() < firstServerError) return new Refused(error);
    throw error;
  }
}

const firstServerError = 500;

function mayShare(body: unknown, exchange: HttpExchange | undefined): boolean {
  if (body === undefined || isStream(body)) return false;
  return exchange === undefined || exchange.mayShare(body);
}

/** Node streams, web streams and Nest's `StreamableFile`: to be read once. */
function isStream(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return ['pipe', 'getReader', 'getStream'].some((method) => typeof (body as Record<string, unknown>)[method] === 'function');
}
