import type { ExecutionContext } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';
import type { HttpRequest } from '../response/http-exchange';
import type { RouteConfig } from '../route/route-config';
import { type Caller, carriesCredentials, userQualifier } from './caller';
import { payloadHash } from './payload-hash';
import { qualifiedKey, qualifier } from './qualified-key';

/** One call, as far as it names its entry. */
export interface KeyedCall {
  readonly context: ExecutionContext;
  readonly config: RouteConfig;
  readonly caller: Caller;
  /** HTTP alone. */
  readonly request: HttpRequest | undefined;
  /** Tells the version that a request asks for, where that makes a difference. */
  readonly versionOf: ((request: HttpRequest) => string) | undefined;
}

/**
 * Completes the name of an entry by whatever else its answer depends on: whose it is, API version, headers, payload.
 * @param base - by `@CacheKey`, or made of the request
 * @returns `undefined` when the answer is nobody's but the asker's
 * @throws CacheError `CACHE_KEY_INVALID`
 */
export function entryKey(base: string, call: KeyedCall): string | undefined {
  const whose = ownerOf(call);
  if (whose === undefined) return undefined;
  const { context, config, request } = call;
  const hash = typeof config.key === 'function' ? undefined : payloadHash(context);
  if (hash === undefined && request !== undefined && typeof config.key !== 'function') assertBodyParsed(request);
  const qualifiers = isQualified(call) ? [...whose, ...qualifiersOf(call)] : whose;
  if (hash === undefined) return qualifiedKey(base, qualifiers);
  // A hash behind an URL could be part of that URL.
  return config.key === undefined ? qualifiedKey(base, [...qualifiers, `body=${hash}`]) : qualifiedKey(`${base}#${hash}`, qualifiers);
}

/** What Express and Fastify know of a request. */
interface RoutedRequest extends HttpRequest {
  readonly url?: string;
  readonly originalUrl?: string;
  /** `X-Forwarded-Host` for those alone who trust their proxy. */
  readonly hostname?: string;
  readonly body?: unknown;
}

function isQualified({ config, versionOf, request }: KeyedCall): boolean {
  return config.vary.length > 0 || versionOf !== undefined || config.variesByHost || (request !== undefined && isRerouted(request));
}

function qualifiersOf({ config, request, versionOf }: KeyedCall): readonly string[] {
  if (request === undefined) return [];
  const headers = config.vary.map((name) => headerQualifier(name, request.headers[name]));
  // Who makes a key of the request himself has named what it depends on; a fixed one says nothing of versions.
  if (typeof config.key === 'function') return headers;
  const version = versionOf === undefined ? [] : [`v=${qualifier(versionOf(request))}`];
  if (config.key !== undefined) return [...version, ...headers];
  const { url, hostname } = request as RoutedRequest;
  return [
    ...(config.variesByHost ? [`host=${qualifier(String(hostname))}`] : []),
    ...(isRerouted(request) ? [`url=${qualifier(String(url))}`] : []),
    ...version,
    ...headers,
  ];
}

/** The key names what was asked for, and middleware may have led it elsewhere: by `X-Original-URL`, say. */
function isRerouted({ url, originalUrl }: RoutedRequest): boolean {
  return url !== undefined && url !== originalUrl;
}

/**
 * What has not been parsed cannot be compared: files on their way to a later interceptor, an unknown type of content.
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

/** Whose the answer is: everybody's (no qualifier), somebody's by name, or nobody's but the asker's (`undefined`). */
function ownerOf({ config: { readsCallerIdentity, scope }, caller, context }: KeyedCall): readonly string[] | undefined {
  if (scope === undefined) return readsCallerIdentity || carriesCredentials(caller) ? undefined : sharedByAll;
  if (scope === 'public') return sharedByAll;
  if (scope === 'user') return listed(userQualifier(caller));
  const name = scope(context);
  return name === undefined ? undefined : [qualifier(name)];
}

function listed(name: string | undefined): readonly string[] | undefined {
  return name === undefined ? undefined : [name];
}

/** Without a `=` for a header that is not there. */
function headerQualifier(name: string, value: string | readonly string[] | undefined): string {
  if (value === undefined) return `h.${qualifier(name)}`;
  const members = String(value).split(',');
  return `h.${qualifier(name)}=${qualifier(members.map((member) => member.trim()).join())}`;
}
