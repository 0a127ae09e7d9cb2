import type { ExecutionContext } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';
import type { HttpRequest } from '../response/http-exchange';
import type { HandlerPlan } from '../route/route-plan';
import { type Asker, carriesCredentials, userQualifier } from './caller';
import { payloadHash } from './payload-hash';
import { qualifiedKey, qualifier } from './qualified-key';

/** One call, as far as it names its entry. */
export interface NamedCall {
  readonly context: ExecutionContext;
  readonly plan: HandlerPlan;
  readonly asker: Asker;
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
export function callKey(base: string, call: NamedCall): string | undefined {
  const whose = ownerOf(call);
  if (whose === undefined) return undefined;
  const { context, plan, request } = call;
  const hash = typeof plan.key === 'function' ? undefined : payloadHash(context);
  if (hash === undefined && request !== undefined && typeof plan.key !== 'function') refuseUnread(request);
  const qualifiers = isQualified(call) ? [...whose, ...qualifiersOf(call)] : whose;
  if (hash === undefined) return qualifiedKey(base, qualifiers);
  // A hash behind an URL could be part of that URL.
  return plan.key === undefined ? qualifiedKey(base, [...qualifiers, `body=${hash}`]) : qualifiedKey(`${base}#${hash}`, qualifiers);
}

/** What Express and Fastify know of a request. */
interface RoutedRequest extends HttpRequest {
  readonly url?: string;
  readonly originalUrl?: string;
  /** `X-Forwarded-Host` for those alone who trust their proxy. */
  readonly hostname?: string;
  readonly body?: unknown;
}

function isQualified({ plan, versionOf, request }: NamedCall): boolean {
  return plan.vary.length > 0 || versionOf !== undefined || plan.isHosted || (request !== undefined && isRerouted(request));
}

function qualifiersOf({ plan, request, versionOf }: NamedCall): readonly string[] {
  if (request === undefined) return [];
  const headers = plan.vary.map((name) => headerQualifier(name, request.headers[name]));
  // Who makes a key of the request himself has named what it depends on; a fixed one says nothing of versions.
  if (typeof plan.key === 'function') return headers;
  const version = versionOf === undefined ? [] : [`v=${qualifier(versionOf(request))}`];
  if (plan.key !== undefined) return [...version, ...headers];
  const { url, hostname } = request as RoutedRequest;
  return [
    ...(plan.isHosted ? [`host=${qualifier(String(hostname))}`] : []),
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
function refuseUnread({ headers, body }: RoutedRequest): void {
  if (body !== undefined && body !== null) return;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return;
  throw new CacheError(
    'CACHE_KEY_INVALID',
    'CacheableInterceptor: the body of a request has not been parsed, so it cannot be part of the key',
  );
}

const everybody: readonly string[] = [];

/** Whose the answer is: everybody's (no qualifier), somebody's by name, or nobody's but the asker's (`undefined`). */
function ownerOf({ plan: { asksForAsker, scope }, asker, context }: NamedCall): readonly string[] | undefined {
  if (scope === undefined) return asksForAsker || carriesCredentials(asker) ? undefined : everybody;
  if (scope === 'public') return everybody;
  if (scope === 'user') return listed(userQualifier(asker));
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
