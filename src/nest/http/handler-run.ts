import { HttpException, Logger, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { EMPTY, lastValueFrom, Observable, of } from 'rxjs';
import type { TtlOption } from '../../domain/options/options';
import type { LoadContext } from '../../domain/reading/loader';
import type { CacheEntry } from '../../domain/reading/read-result';
import { Emissions } from '../shared/emissions';
import type { RunFacts } from './response/cache-status';
import { entityTag } from './response/entity-tag';
import type { HttpExchange, ResponseHead } from './response/http-exchange';
import { handlerHeaders, headChanges } from './response/response-headers';
import { whyBodyNotStorable, whyNotStorable, type HandlerOutput } from './response/storability';
import { pack } from './response/stored-response';
import type { RouteConfig } from './route/route-config';

const firstServerError = 500;

/** Runs the handler of one call, as the loader of its cache entry. */
export class HandlerRun implements RunFacts {
  ran = false;
  sawStale = false;
  /** Whether the call has its answer: a run that goes on after that is a background run. */
  isAnswered = false;
  readonly #config: RouteConfig;
  readonly #next: CallHandler;
  readonly #exchange: HttpExchange | undefined;
  /** Whether every value of a stream is sent as it comes; elsewhere Nest sends the last value. */
  readonly #isLive: boolean;
  #before: ResponseHead | undefined;
  /** False if the handler touched the response before a stale answer replaced it. */
  #wasUntouched = true;

  constructor(config: RouteConfig, next: CallHandler, exchange: HttpExchange | undefined, isLive: boolean) {
    this.#config = config;
    this.#next = next;
    this.#exchange = exchange;
    this.#isLive = isLive;
  }

  /** @returns the value to store, or a `NotShareable` or `ClientError`, which are not stored */
  async load(context: HandlerLoad, call: ExecutionContext): Promise<unknown> {
    const isBackground = context.stale !== undefined && (await this.#runsInBackground());
    this.ran = !isBackground;
    this.sawStale = context.stale !== undefined;
    const outcome = await this.#outcome(isBackground);
    if (outcome instanceof NotShareable || outcome instanceof ClientError) context.skip();
    else await this.#setTtl(context, call);
    // The call has its answer already, so the stream has no reader: close it.
    if (this.isAnswered && outcome instanceof NotShareable) outcome.result.subscribe({ error: () => undefined }).unsubscribe();
    return outcome;
  }

  /** If `@CacheTTL` throws, the answer is sent and not stored. */
  async #setTtl(context: HandlerLoad, call: ExecutionContext): Promise<void> {
    const { name, ttl } = this.#config;
    if (typeof ttl !== 'function') return;
    try {
      context.setTtl(await ttl(call));
    } catch (error) {
      context.skip();
      Logger.warn(`${name}: the answer was not stored, because its @CacheTTL failed: ${String(error)}`, 'CacheableInterceptor');
    }
  }

  /** Removes the handler's changes from the response, because a stale answer is sent instead. */
  undoResponseChanges(): void {
    if (this.#before !== undefined && this.#exchange !== undefined) this.#wasUntouched = this.#exchange.rewind(this.#before);
  }

  /** A stale answer is sent in this turn; so after one `setImmediate` it is known whether this is a background run. */
  async #runsInBackground(): Promise<boolean> {
    await new Promise(setImmediate);
    if (!this.isAnswered) return false;
    await this.#exchange?.detach();
    return true;
  }

  async #outcome(isBackground: boolean): Promise<unknown> {
    const exchange = this.#exchange;
    const before = (this.#before = exchange?.head());
    try {
      const result = this.#isLive
        ? await this.#live()
        : await lastValueFrom<unknown, undefined>(this.#next.handle(), { defaultValue: undefined });
      if (result instanceof NotShareable) return result;
      const reason = whyBodyNotStorable(result);
      if (reason !== undefined) return new NotShareable(of(result), reason);
      if (exchange === undefined || before === undefined) return pack(bodyOnly(result));
      return this.#toStored(exchange, { body: result, before, after: this.#headAfter(exchange, before, isBackground) });
    } catch (error) {
      if (error instanceof HttpException && error.getStatus() < firstServerError) return new ClientError(error);
      throw error;
    }
  }

  async #live(): Promise<unknown> {
    const emission = await new Emissions(this.#next.handle()).settled;
    if (emission.kind === 'value') return emission.value;
    if (emission.kind === 'empty') return new NotShareable(EMPTY, 'no-value');
    const { stream } = emission;
    const rest = new Observable((subscriber) => {
      stream.forwardTo(subscriber);
      return () => {
        stream.close();
      };
    });
    return new NotShareable(rest, 'stream');
  }

  /** The response as the handler left it, without changes made to it after the call was answered. */
  #headAfter(exchange: HttpExchange, before: ResponseHead, isBackground: boolean): ResponseHead {
    if (isBackground) return headChanges(before, exchange.head());
    return this.isAnswered ? before : exchange.head();
  }

  #toStored(exchange: HttpExchange, produced: HandlerOutput): unknown {
    const reason = this.#whyNotStorable(exchange, produced);
    if (reason !== undefined) return new NotShareable(of(produced.body), reason);
    const { body, before, after } = produced;
    const headers = handlerHeaders(before, after);
    const etag = this.#config.hasEtag && after.headers['etag'] === undefined ? entityTag(body) : undefined;
    return pack({ body, status: after.status === exchange.routeStatus ? undefined : after.status, headers, etag });
  }

  #whyNotStorable(exchange: HttpExchange, produced: HandlerOutput): string | undefined {
    if (this.ran && exchange.isAnswered !== this.isAnswered) return 'response-handled';
    if (this.ran && this.isAnswered && !(this.#wasUntouched && exchange.isStatusUntouched)) return 'late';
    return whyNotStorable(exchange, this.#config, produced);
  }
}

function bodyOnly(body: unknown): Parameters<typeof pack>[0] {
  return { body, status: undefined, headers: {}, etag: undefined };
}

/** The part of the load context that a handler run uses. */
export type HandlerLoad = Pick<LoadContext, 'skip' | 'stale' | 'setTtl'>;

/** Options of a handler's entry. */
export interface HandlerOptions {
  readonly ttl?: TtlOption;
}

/** The part of a cache that the interceptor uses. */
export interface HandlerCache {
  wrapEntry(key: string, loader: (load: HandlerLoad) => Promise<unknown>, options?: HandlerOptions): Promise<CacheEntry<unknown>>;
}

/** A result for one call alone: calls that joined its flight run the handler themselves. */
export class NotShareable {
  constructor(
    readonly result: Observable<unknown>,
    /** The `detail` in `Cache-Status`. */
    readonly reason: string,
  ) {}
}

/** A 4xx exception of the handler. It is an answer, not a failure: a stale value must not replace it (RFC 5861). */
export class ClientError {
  constructor(readonly error: HttpException) {}
}
