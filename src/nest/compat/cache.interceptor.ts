import { Inject, Injectable, Logger, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { Reflector, type HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { CacheableInterceptor } from '../http/cacheable.interceptor';
import type { CacheVerdict } from '../http/response/cache-status';
import type { HandlerCache } from '../http/handler-run';
import { setResponseHeader } from '../http/response/http-exchange';
import { PerHandler } from '../shared/computed-once';
import { Cache } from './cache';
import { CACHE_KEY_METADATA, type CacheKeyFactory } from './decorators';
import { CACHE_MANAGER } from './cache.module-definition';
import { CacheManager } from './cache-manager';
import { handlerCache } from './handler-cache';

/**
 * Caches the responses of handlers under the raw URL of the request, so that `cache.del('/cities')` finds them. {@link CacheableInterceptor} decides
 * which responses may be cached, and extends the key of a response that depends on more than the URL.
 */
@Injectable()
export class CacheInterceptor extends CacheableInterceptor<HandlerCache> {
  /** HTTP methods that are cached. May be overridden. */
  protected override allowedMethods: string[] = ['GET'];
  /**
   * As in the original, `cache.del('/cities')` has to find the response, whatever host it was asked for. A handler that gets the whole request has the
   * host in its key nevertheless. May be overridden.
   */
  protected override readonly hostInKey: boolean = false;
  declare protected readonly httpAdapterHost: HttpAdapterHost;

  readonly #given = new PerHandler((context) => ({
    key: this.reflector.get<string | CacheKeyFactory | undefined>(CACHE_KEY_METADATA, context.getHandler()),
  }));
  readonly #isSupported: boolean;

  constructor(
    @Inject(CACHE_MANAGER) protected readonly cacheManager: Cache,
    @Inject(Reflector) reflector: Reflector,
  ) {
    super(handlerCache(cacheManager), reflector);
    this.#isSupported = cacheManager instanceof CacheManager;
    if (!this.#isSupported) {
      new Logger('CacheInterceptor').warn('CACHE_MANAGER is not the cache of CacheModule: handlers run uncached');
    }
  }

  override intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    return this.#isSupported ? super.intercept(context, next) : Promise.resolve(next.handle());
  }

  protected override get makesKeys(): boolean {
    return this.trackBy !== CacheInterceptor.prototype.trackBy;
  }

  /** The key of a response; `undefined`, `null` or `''` leaves the call uncached. May be overridden. */
  protected override trackBy(context: ExecutionContext): Promise<string | undefined | null> | string | undefined | null {
    const { key } = this.#given.of(context);
    if (key) return typeof key === 'function' ? key(context) : key;
    if (context.getType() !== 'http' || !this.isRequestCacheable(context)) return undefined;
    return this.httpAdapterHost.httpAdapter.getRequestUrl(context.getArgByIndex<unknown>(0)) as string;
  }

  /** Writes the header `X-Cache`. May be overridden. */
  protected setHeadersWhenHttp(context: ExecutionContext, value: unknown): void {
    setResponseHeader(context, 'X-Cache', value === undefined || value === null ? 'MISS' : 'HIT');
  }

  protected override onAnswer(context: ExecutionContext, verdict: CacheVerdict): void {
    super.onAnswer(context, verdict);
    this.setHeadersWhenHttp(context, verdict.isHit ? true : undefined);
  }
}
