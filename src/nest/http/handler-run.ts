import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { EMPTY, lastValueFrom, Observable, of } from 'rxjs';
import type { TtlOption } from '../../domain/options/options';
import type { StandardSchema } from '../../domain/options/standard-schema';
import type { LifeLimits, LoadContext } from '../../domain/reading/loader';
import type { CacheEntry } from '../../domain/reading/read-result';
import { Emissions } from '../shared/emissions';
import type { RunFacts } from './response/cache-status';
import type { ClientErrorCheck } from '../shared/client-error';
import type { HttpExchange } from './response/http-exchange';
import { setTags } from './route/route-tags';
import { forbidsStale, statedLifetimeMs } from './response/cache-control-header';
import { frozenInDevelopment, pack, packBody, unpack } from './response/stored-response';
import { handlerHeaders, type ResponseHead } from './response/response-headers';
import { whyBodyNotStorable, whyNotStorable, type HandlerOutput } from './response/storability';
import type { TtlTarget } from './route/checked-factories';
import type { RouteConfig } from './route/route-config';

/** A run that touched the response after its call had been answered: its effect on the response is unknown. */
const lateReason = 'late';

/** The parts of a route that its runs depend on. */
interface RunRoute {
  readonly config: RouteConfig;
  readonly isClientError: ClientErrorCheck;
  /** Whether Nest sends every value of a stream; elsewhere it sends the last one. */
  readonly isLive: boolean;
}

/** Runs the handler of one call, as the loader of its cache entry. */
export class HandlerRun implements RunFacts {
  ran = false;
  sawStale = false;
  /** Whether the call is answered. A run that goes on after that is a background run. */
  isAnswered = false;
  readonly #config: RouteConfig;
  readonly #next: CallHandler;
  readonly #exchange: HttpExchange | undefined;
  readonly #isClientError: ClientErrorCheck;
  readonly #isLive: boolean;
  #before: ResponseHead | undefined;
  /** False if the handler touched the response before a stale answer replaced it. */
  #wasUntouched = true;
  #limits: LifeLimits | undefined;

  constructor({ config, isClientError, isLive }: RunRoute, next: CallHandler, exchange: HttpExchange | undefined) {
    this.#config = config;
    this.#isClientError = isClientError;
    this.#isLive = isLive;
    this.#next = next;
    this.#exchange = exchange;
  }

  /** @returns the value to store, or a `NotShareable` or `ClientError`, which are not stored */
  async load(context: HandlerLoad, call: ExecutionContext): Promise<unknown> {
    if (context.stale !== undefined) this.#exchange?.keepInitialHead();
    const isBackground = context.stale !== undefined && (await this.#runsInBackground());
    this.ran = !isBackground;
    this.sawStale = context.stale !== undefined;
    const outcome = await this.#outcome(isBackground);
    if (outcome instanceof NotShareable) context.skip(outcome.reason === lateReason ? { stale: 'keep' } : {});
    else if (outcome instanceof ClientError) context.skip();
    else await this.#setLife(context, call, unpack(outcome).body);
    // The call is answered, so the stream has no reader: close it.
    if (this.isAnswered && outcome instanceof NotShareable) outcome.result.subscribe({ error: () => undefined }).unsubscribe();
    return outcome;
  }

  /** The lifetime that the response states shortens that of its entry. */
  async #setLife(context: HandlerLoad, call: ExecutionContext, body: unknown): Promise<void> {
    const { tags, ttl } = this.#config;
    if (tags !== undefined) await setTags(context, tags, body, call);
    if (typeof ttl === 'function') await ttl(context, call);
    if (this.#limits !== undefined) context.limitLife(this.#limits);
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
      if (exchange === undefined || before === undefined) return packBody(result);
      return this.#toStored(exchange, { body: result, before, after: this.#headAfter(exchange, before, isBackground) });
    } catch (error) {
      if (this.#isClientError(error, exchange !== undefined)) return new ClientError(error);
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
    return this.isAnswered && !isBackground ? before : exchange.head();
  }

  #toStored(exchange: HttpExchange, produced: HandlerOutput): unknown {
    const reason = this.#whyNotStorable(exchange, produced);
    if (reason !== undefined) return new NotShareable(of(produced.body), reason);
    const { body, before, after } = produced;
    this.#limits = { ttlMs: statedLifetimeMs(after), servesStale: !forbidsStale(after) };
    const status = after.status === exchange.routeStatus ? undefined : after.status;
    return pack({ body: frozenInDevelopment(body), status, headers: handlerHeaders(before, after) });
  }

  #whyNotStorable(exchange: HttpExchange, produced: HandlerOutput): string | undefined {
    if (exchange.isSentAgain || (this.ran && exchange.isAnswered && !this.isAnswered)) return 'response-handled';
    if (this.ran && this.isAnswered && !(this.#wasUntouched && exchange.isStatusUntouched)) return lateReason;
    return whyNotStorable(exchange, this.#config, produced);
  }
}

/** The part of the load context that a handler run uses. */
export type HandlerLoad = Pick<LoadContext, 'skip' | 'stale' | 'setTags' | 'setTtl' | 'limitLife'> & Pick<TtlTarget, 'acceptsTtl'>;

/** Options of a handler's entry. */
export interface HandlerOptions {
  readonly ttl?: TtlOption;
  /** The check of a value from L2. */
  readonly schema?: StandardSchema;
}

/** The part of a cache that the interceptor uses. */
export interface HandlerCache {
  /** Whether it may refresh a value that is still fresh; without it, it is taken to do so. */
  readonly refreshesAhead?: boolean;
  wrapEntry(key: string, loader: (load: HandlerLoad) => Promise<unknown>, options?: HandlerOptions): Promise<CacheEntry<unknown>>;
}

/** A result for one call: the calls that joined its flight run the handler themselves. */
export class NotShareable {
  constructor(
    readonly result: Observable<unknown>,
    /** The `detail` in `Cache-Status`. */
    readonly reason: string,
  ) {}
}

/** An error of the handler that is answered with a status below 500. It is a response, not a failure: a stale value must not replace it (RFC 5861), and is deleted by it. */
export class ClientError {
  constructor(readonly error: unknown) {}
}
