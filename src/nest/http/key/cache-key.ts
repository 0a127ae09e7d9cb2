import type { ExecutionContext } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';
import { isPromiseLike } from '../../shared/returned-value';
import type { HttpDefaults } from '../http-defaults';
import type { HttpRequest } from '../response/http-exchange';
import type { RouteConfig } from '../route/route-config';
import { userOf, userQualifier } from './caller';
import { callerSign } from './caller-sign';
import { originOf, originQualifier } from './origin';
import { payloadHash } from './payload-hash';
import { qualifiedKey, qualifier } from './request-key';

/** The parts of a route that its keys depend on. */
export interface KeyedRoute {
  readonly config: RouteConfig;
  readonly defaults: HttpDefaults;
  /** Whether the host is part of keys that are made of the request. */
  readonly hostInKey: boolean;
  /** Returns the requested version; `undefined` if versions make no difference. */
  readonly versionOf: ((request: HttpRequest) => string) | undefined;
}

/** The parts of a call that name its entry. */
export interface KeyedCall {
  readonly route: KeyedRoute;
  readonly context: ExecutionContext;
  /** Of an HTTP call. */
  readonly request: HttpRequest | undefined;
}

/** A promise only if a function of the application returned one: the key of most calls is made without waiting. */
type MaybePromise<T> = T | PromiseLike<T>;

/** A call that must not be answered from the cache. */
export class Uncacheable {
  /** @param detail - for `Cache-Status` */
  constructor(readonly detail: 'credentials' | 'no-scope' | 'host' | 'scheme') {}
}

/**
 * Adds the other inputs of the response to a key: owner, host, API version, headers, payload.
 * @param base - from `@CacheKey`, or made of the request
 * @throws CacheError `CACHE_KEY_INVALID`
 */
export function entryKey(base: string, call: KeyedCall): MaybePromise<string | Uncacheable> {
  const owner = ownerOf(call);
  return isPromiseLike(owner) ? owner.then((settled) => keyOf(base, settled, call)) : keyOf(base, owner, call);
}

/** @param owner - `undefined` if all callers share the response */
function keyOf(base: string, owner: string | undefined | Uncacheable, call: KeyedCall): string | Uncacheable {
  if (owner instanceof Uncacheable) return owner;
  const { context, request } = call;
  const { config } = call.route;
  const all = owner === undefined ? [] : [owner];
  const refusal = request === undefined ? undefined : addQualifiers(all, request, call.route);
  if (refusal !== undefined) return refusal;
  if (typeof config.key === 'function') return qualifiedKey(base, all);
  const hash = payloadHash(context, config.inputs);
  if (request !== undefined) assertBodyParsed(request);
  if (hash === undefined) return qualifiedKey(base, all);
  // If the hash were appended to a URL, it could be a part of that URL.
  return config.key === undefined ? qualifiedKey(base, [...all, `body=${hash}`]) : qualifiedKey(`${base}#${hash}`, all);
}

/** The part of a request that Express and Fastify share. */
interface RoutedRequest extends HttpRequest {
  readonly url?: string;
  readonly originalUrl?: string;
  readonly host?: unknown;
  readonly protocol?: unknown;
  readonly socket?: { readonly encrypted?: boolean } | undefined;
  readonly body?: unknown;
  /** Uploads, as multer and its kin set them. */
  readonly file?: unknown;
  readonly files?: unknown;
}

/** @returns the reason why there is no key; `undefined` otherwise */
function addQualifiers(all: string[], request: HttpRequest, route: KeyedRoute): Uncacheable | undefined {
  const { config, defaults, hostInKey, versionOf } = route;
  const isHostInKey = config.variesByHost || ((hostInKey || config.readsRequest) && defaults.hosts !== 'ignored');
  const isUrlInKey = config.key === undefined;
  if (isHostInKey || typeof defaults.hosts !== 'string') {
    const origin = originOf(request, defaults.hosts);
    if (typeof origin === 'string') return new Uncacheable(origin);
    if (config.variesByHost || (isHostInKey && (isUrlInKey || config.readsRequest))) all.push(originQualifier(origin));
  }
  if (isUrlInKey && isRerouted(request)) all.push(`url=${qualifier(String((request as RoutedRequest).url))}`);
  // The result of a function is the whole key. A fixed key does not hold the version.
  if (versionOf !== undefined && typeof config.key !== 'function') all.push(`v=${qualifier(versionOf(request))}`);
  for (const name of config.vary) all.push(headerQualifier(name, request.headers[name]));
  return undefined;
}

/** The requested URL. Middleware may have changed it for the router, for example by `X-Original-URL`. */
function isRerouted({ url, originalUrl }: RoutedRequest): boolean {
  return url !== undefined && url !== originalUrl;
}

/**
 * A body that has not been parsed cannot be compared: files, for a later interceptor or read before, and an unknown content type.
 * @throws CacheError `CACHE_KEY_INVALID`
 */
function assertBodyParsed({ headers, body, file, files }: RoutedRequest): void {
  const hasFiles = (file ?? files) !== undefined || /^\s*multipart\//i.test(String(headers['content-type'] ?? ''));
  if (!hasFiles && body !== undefined && body !== null) return;
  if (!hasFiles && headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return;
  throw new CacheError(
    'CACHE_KEY_INVALID',
    'CacheableInterceptor: the body of a request has files, or has not been parsed, so it cannot be part of the key',
  );
}

/** The qualifier of the callers that share the response; `undefined` if all callers do. */
function ownerOf({ context, route: { config, defaults } }: KeyedCall): MaybePromise<string | undefined | Uncacheable> {
  const { scope } = config;
  if (scope === 'public') return undefined;
  if (scope === undefined) return defaults.scope === 'explicit' ? new Uncacheable('no-scope') : unscopedOwner(context, config);
  if (scope === 'user') return userQualifier(userOf(context)) ?? new Uncacheable('credentials');
  const named = scope(context);
  return isPromiseLike(named) ? named.then(scopeOwner) : scopeOwner(named);
}

/** Without a scope a response is shared by all callers, unless the route or the call shows a sign of its caller. */
function unscopedOwner(context: ExecutionContext, config: RouteConfig): Uncacheable | undefined {
  const sign = config.callerInput ?? callerSign(context, config.keyContents);
  if (sign === undefined) return undefined;
  config.logUnshared(sign);
  return new Uncacheable('credentials');
}

function scopeOwner(scope: string | undefined): string | Uncacheable {
  return scope === undefined ? new Uncacheable('credentials') : qualifier(scope);
}

/** A missing header is written without a `=`. */
function headerQualifier(name: string, value: string | readonly string[] | undefined): string {
  if (value === undefined) return `h.${qualifier(name)}`;
  const members = String(value).split(',');
  return `h.${qualifier(name)}=${qualifier(members.map((member) => member.trim()).join())}`;
}
