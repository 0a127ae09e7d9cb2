import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { forResponse } from '../../domain/entry/cache-keys';
import { defaultRunLimit, withRunLimit } from '../../domain/reading/run-limit';
import { forHandler } from '../../domain/reading/single-flight';
import type { ClientErrorCheck } from '../shared/client-error';
import { type HandlerCache, type HandlerOptions, HandlerRun } from './handler-run';
import type { HitForMiss } from './hit-for-miss';
import type { KeyedRoute, KeyedCall } from './key/cache-key';
import { HttpExchange } from './response/http-exchange';
import { addVary } from './response/response-headers';
import { storedResponseSchema } from './response/stored-response';
import { withTags } from './response/tag-headers';
import { logWarning } from './route/checked-factories';
import type { RouteConfig } from './route/route-config';

/** Everything about a handler that does not change between calls. */
export interface Route extends KeyedRoute {
  readonly isExcluded: boolean;
  readonly isForCacheableMethods: boolean;
  readonly isLive: boolean;
  readonly isClientError: ClientErrorCheck;
  readonly cache: HandlerCache;
  readonly options: HandlerOptions;
  readonly hitForMiss: HitForMiss;
  /** Request headers that the `Vary` of each response names. */
  readonly variesBy: readonly string[];
  /** Checks the result of `trackBy`. */
  readonly checkKey: (key: unknown, context: ExecutionContext) => string | undefined;
}

/** One call of a handler. */
export interface Call extends KeyedCall {
  readonly route: Route;
  readonly next: CallHandler;
  readonly run: HandlerRun;
  /** `undefined` outside HTTP. */
  readonly exchange: HttpExchange | undefined;
}

export function callOf(route: Route, context: ExecutionContext, next: CallHandler): Call {
  const exchange = HttpExchange.of(context);
  const run = new HandlerRun(route, next, exchange);
  return { route, context, next, run, exchange, request: exchange?.request };
}

/** The response of a call, with headers for other caches: this cache does not keep it. */
export function unkept(call: Call, answer: () => Observable<unknown>): Observable<unknown> {
  const { config, variesBy } = call.route;
  return withTags(withVary(answer, variesBy, call.exchange), config.tags, call);
}

/** Runs the handler of a call that has no key. Its `Vary` is that of the other responses of the route: other caches may keep them under one URL. */
export function withoutKey({ variesBy }: Route, context: ExecutionContext, next: CallHandler): Observable<unknown> {
  const exchange = variesBy.length === 0 ? undefined : HttpExchange.of(context);
  return withVary(() => next.handle(), variesBy, exchange);
}

/** In a flight group of the handlers: a handler may `wrap` the key of its response, for the data that the response is made of. */
export function optionsOf(config: RouteConfig): HandlerOptions {
  const schema = storedResponseSchema(config);
  const { name, ttl } = config;
  const options = ttl === undefined || typeof ttl === 'function' ? { schema } : { schema, ttl };
  return forResponse(forHandler(withRunLimit(options, defaultRunLimit(name, logWarning))));
}

/** Other caches may keep responses of a route with `@HttpCache`, so `Vary` on every response says that it depends on credentials. */
export function variesBy({ hasEtag, scope, vary, writesCacheControl }: RouteConfig): readonly string[] {
  return (writesCacheControl || hasEtag) && scope !== 'public' ? [...vary, 'authorization', 'cookie'] : vary;
}

/** Transports on which Nest sends every value of an Observable, and not only the last one. */
export function isLive(context: ExecutionContext): boolean {
  const type = context.getType<string>();
  return type === 'rpc' || type === 'ws';
}

/**
 * Adds names to `Vary` of a response that the cache does not keep, because other caches may. Before the handler runs, for one that sends the response
 * itself; and afterwards, for one that has set its own `Vary`.
 */
function withVary(answer: () => Observable<unknown>, names: readonly string[], exchange: HttpExchange | undefined): Observable<unknown> {
  if (names.length === 0 || exchange === undefined) return answer();
  const add = (): void => {
    if (!exchange.isAnswered) addVary(exchange, names);
  };
  add();
  return answer().pipe(tap({ next: add, error: add, complete: add }));
}
