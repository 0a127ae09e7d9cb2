import { HttpException, Logger, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { EMPTY, lastValueFrom, Observable, of } from 'rxjs';
import type { TtlOption } from '../../domain/options/options';
import type { LoadContext } from '../../domain/reading/loader';
import type { CacheEntry } from '../../domain/reading/read-result';
import { Emissions } from '../shared/emissions';
import type { OwnPart } from './response/cache-status';
import { entityTag } from './response/entity-tag';
import type { HttpExchange, ResponseHead } from './response/http-exchange';
import { handlerHeaders, sinceThen } from './response/response-headers';
import { bodyObjection, responseObjection, type Produced } from './response/storability';
import { pack } from './response/stored-response';
import type { RouteConfig } from './route/route-config';

const firstServerError = 500;

/** Runs the handler of one call, as the loader of its entry. */
export class HandlerRun implements OwnPart {
  ran = false;
  sawStale = false;
  /** Whether the call has its answer: what runs from then on, runs behind. */
  isAnswered = false;
  readonly #config: RouteConfig;
  readonly #next: CallHandler;
  readonly #exchange: HttpExchange | undefined;
  /** Whether a stream of several values is passed on as it comes; elsewhere Nest takes the last value. */
  readonly #isLive: boolean;
  #before: ResponseHead | undefined;
  /** Whether the handler had left the response alone when something else became the answer. */
  #leftClean = true;

  constructor(config: RouteConfig, next: CallHandler, exchange: HttpExchange | undefined, isLive: boolean) {
    this.#config = config;
    this.#next = next;
    this.#exchange = exchange;
    this.#isLive = isLive;
  }

  /** @returns what is stored, or else an `Unshared` or a `Refused` */
  async load(context: HandlerLoad, call: ExecutionContext): Promise<unknown> {
    const isBehind = context.stale !== undefined && (await this.#isBehind());
    this.ran = !isBehind;
    this.sawStale = context.stale !== undefined;
    const outcome = await this.#outcome(isBehind);
    if (outcome instanceof Unshared || outcome instanceof Refused) context.skip();
    else await this.#setTtl(context, call);
    // Nobody is left to read it: an open stream would stay so.
    if (this.isAnswered && outcome instanceof Unshared) outcome.result.subscribe({ error: () => undefined }).unsubscribe();
    return outcome;
  }

  /** A ttl that nobody can tell costs the entry, and not the answer. */
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

  /** Takes back what the handler did to the response, since something else is its answer. */
  undo(): void {
    if (this.#before !== undefined && this.#exchange !== undefined) this.#leftClean = this.#exchange.rewind(this.#before);
  }

  /** An old answer that is given while a new one is loaded is given before the next turn. */
  async #isBehind(): Promise<boolean> {
    await new Promise(setImmediate);
    if (!this.isAnswered) return false;
    await this.#exchange?.released();
    return true;
  }

  async #outcome(isBehind: boolean): Promise<unknown> {
    const exchange = this.#exchange;
    const before = (this.#before = exchange?.head());
    try {
      const result = this.#isLive
        ? await this.#live()
        : await lastValueFrom<unknown, undefined>(this.#next.handle(), { defaultValue: undefined });
      if (result instanceof Unshared) return result;
      const reason = bodyObjection(result);
      if (reason !== undefined) return new Unshared(of(result), reason);
      if (exchange === undefined || before === undefined) return pack(bare(result));
      return this.#judge(exchange, { body: result, before, after: this.#seenOf(exchange, before, isBehind) });
    } catch (error) {
      if (error instanceof HttpException && error.getStatus() < firstServerError) return new Refused(error);
      throw error;
    }
  }

  async #live(): Promise<unknown> {
    const emission = await new Emissions(this.#next.handle()).settled;
    if (emission.kind === 'value') return emission.value;
    if (emission.kind === 'nothing') return new Unshared(EMPTY, 'no-value');
    const { stream } = emission;
    const rest = new Observable((subscriber) => {
      stream.forwardTo(subscriber);
      return () => {
        stream.close();
      };
    });
    return new Unshared(rest, 'stream');
  }

  /** The response as the handler left it: what others wrote since the call was answered is none of it. */
  #seenOf(exchange: HttpExchange, before: ResponseHead, isBehind: boolean): ResponseHead {
    if (isBehind) return sinceThen(before, exchange.head());
    return this.isAnswered ? before : exchange.head();
  }

  #judge(exchange: HttpExchange, produced: Produced): unknown {
    const reason = this.#objection(exchange, produced);
    if (reason !== undefined) return new Unshared(of(produced.body), reason);
    const { body, before, after } = produced;
    const headers = handlerHeaders(before, after);
    const etag = this.#config.hasEtag && after.headers['etag'] === undefined ? entityTag(body) : undefined;
    return pack({ body, status: after.status === exchange.routeStatus ? undefined : after.status, headers, etag });
  }

  #objection(exchange: HttpExchange, produced: Produced): string | undefined {
    if (this.ran && exchange.isAnswered !== this.isAnswered) return 'response-handled';
    if (this.ran && this.isAnswered && !(this.#leftClean && exchange.isAsWeLeftIt)) return 'late';
    return responseObjection(exchange, this.#config, produced);
  }
}

function bare(body: unknown): Parameters<typeof pack>[0] {
  return { body, status: undefined, headers: {}, etag: undefined };
}

/** What a handler's run, as a load, may say of its entry. */
export type HandlerLoad = Pick<LoadContext, 'skip' | 'stale' | 'setTtl'>;

/** How the entry of a handler is to live, where it says so. */
export interface HandlerOptions {
  readonly ttl?: TtlOption;
}

/** All that the interceptor needs of a cache. */
export interface HandlerCache {
  wrapEntry(key: string, loader: (load: HandlerLoad) => Promise<unknown>, options?: HandlerOptions): Promise<CacheEntry<unknown>>;
}

/** A result that belongs to one call alone: nobody else on the flight may have it. */
export class Unshared {
  constructor(
    readonly result: Observable<unknown>,
    /** For `Cache-Status`. */
    readonly reason: string,
  ) {}
}

/** The handler's word that there is nothing here for this caller: an answer, and no failure that an old value should hide (RFC 5861). */
export class Refused {
  constructor(readonly error: HttpException) {}
}
