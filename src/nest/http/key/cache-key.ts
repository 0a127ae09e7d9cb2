import type { ExecutionContext } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';
import type { HttpDefaults } from '../http-defaults';
import type { HttpRequest } from '../response/http-exchange';
import type { RouteConfig } from '../route/route-config';
import { userOf, userQualifier } from './caller';
import { callerSign } from './caller-sign';
import { hostQualifier, validHost } from './host';
import { payloadHash } from './payload-hash';
import { qualifiedKey, qualifier } from './qualified-key';

/** The parts of a call that name its entry. */
export interface KeyedCall {
  readonly context: ExecutionContext;
  readonly config: RouteConfig;
  readonly defaults: HttpDefaults;
  /** Whether the host is part of keys that are made of the request. */
  readonly hostInKey: boolean;
  /** Of an HTTP call. */
  readonly request: HttpRequest | undefined;
  /** Returns the requested version; `undefined` if versions make no difference. */
  readonly versionOf: ((request: HttpRequest) => string) | undefined;
}

/** A call that must not be answered from the cache. */
export class Uncacheable {
  /** @param detail - for `Cache-Status` */
  constructor(readonly detail: 'credentials' | 'no-scope' | 'host') {}
}

/**
 * Adds the other inputs of the response to a key: owner, host, API version, headers, payload.
 * @param base - from `@CacheKey`, or made of the request
 * @throws CacheError `CACHE_KEY_INVALID`
 */
export async function entryKey(base: string, call: KeyedCall): Promise<string | Uncacheable> {
  const { context, config, request } = call;
  const owner = await ownerOf(call);
  if (owner instanceof Uncacheable) return owner;
  const qualifiers = request === undefined ? [] : qualifiersOf(request, call);
  if (qualifiers instanceof Uncacheable) return qualifiers;
  const all = [...owner, ...qualifiers];
  const hash = typeof config.key === 'function' ? undefined : payloadHash(context, config.inputs);
  if (request !== undefined && typeof config.key !== 'function') assertBodyParsed(request);
  if (hash === undefined) return qualifiedKey(base, all);
  // If the hash were appended to a URL, it could be a part of that URL.
  return config.key === undefined ? qualifiedKey(base, [...all, `body=${hash}`]) : qualifiedKey(`${base}#${hash}`, all);
}

/** The part of a request that Express and Fastify share. */
interface RoutedRequest extends HttpRequest {
  readonly url?: string;
  readonly originalUrl?: string;
  readonly host?: string | undefined;
  readonly body?: unknown;
}

function qualifiersOf(request: HttpRequest, { config, defaults, hostInKey, versionOf }: KeyedCall): readonly string[] | Uncacheable {
  const host = validHost(request, defaults.hosts);
  const isHostInKey = config.variesByHost || (hostInKey && defaults.hosts !== 'ignored');
  if (host === undefined && (isHostInKey || typeof defaults.hosts !== 'string')) return new Uncacheable('host');
  const headers = config.vary.map((name) => headerQualifier(name, request.headers[name]));
  // The result of a function is the whole key. A fixed key does not hold the version.
  if (typeof config.key === 'function') return headers;
  const version = versionOf === undefined ? [] : [`v=${qualifier(versionOf(request))}`];
  if (config.key !== undefined) return [...version, ...headers];
  const { url } = request as RoutedRequest;
  return [
    ...(isHostInKey && host !== undefined ? [hostQualifier(host)] : []),
    ...(isRerouted(request) ? [`url=${qualifier(String(url))}`] : []),
    ...version,
    ...headers,
  ];
}

/** The requested URL. Middleware may have changed it for the router, for example by `X-Original-URL`. */
function isRerouted({ url, originalUrl }: RoutedRequest): boolean {
  return url !== undefined && url !== originalUrl;
}

/**
 * A body that has not been parsed cannot be compared: files for a later interceptor, an unknown content type.
 * @throws CacheError `CACHE_KEY_INVALID`
 */
function assertBodyParsed({ headers, body }: RoutedRequest): void {
  if (body !== undefined && body !== null) return;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return;
  throw new CacheError(
    'CACHE_KEY_INVALID',
    'CacheableInterceptor: the body of a request has not been parsed, so it cannot be part of the key',
  );
}

const sharedByAll: readonly string[] = [];

/** The qualifier of the callers that share the response; none if all callers do. */
async function ownerOf({ config, context, defaults }: KeyedCall): Promise<readonly string[] | Uncacheable> {
  const { scope } = config;
  if (scope === 'public') return sharedByAll;
  if (scope === undefined) return defaults.scope === 'explicit' ? new Uncacheable('no-scope') : unscopedOwner(context, config);
  const owner = scope === 'user' ? userQualifier(userOf(context)) : toQualifier(await scope(context));
  return owner === undefined ? new Uncacheable('credentials') : [owner];
}

/** Without a scope a response is shared by all callers, unless the route or the call shows a sign of its caller. */
function unscopedOwner(context: ExecutionContext, config: RouteConfig): readonly string[] | Uncacheable {
  const { callerInput, key, vary } = config;
  const sign =
    callerInput ??
    callerSign(context, { headers: vary, localeInKey: vary.includes('accept-language'), namedOnly: typeof key === 'function' });
  if (sign === undefined) return sharedByAll;
  config.logUnshared(sign);
  return new Uncacheable('credentials');
}

function toQualifier(scope: string | undefined): string | undefined {
  return scope === undefined ? undefined : qualifier(scope);
}

/** A missing header is written without a `=`. */
function headerQualifier(name: string, value: string | readonly string[] | undefined): string {
  if (value === undefined) return `h.${qualifier(name)}`;
  const members = String(value).split(',');
  return `h.${qualifier(name)}=${qualifier(members.map((member) => member.trim()).join())}`;
}
