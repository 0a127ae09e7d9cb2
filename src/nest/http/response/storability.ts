import type { RouteConfig } from '../route/route-config';
import { directivesOf, statedLifetimeMs } from './cache-control-header';
import type { HttpExchange } from './http-exchange';
import { areReplayable, handlerHeaders, type HeaderValue, membersOf, type ResponseHead, unstorableHeader } from './response-headers';
import { created, fitsContentType, isStorableStatus, sendsSomethingElse } from './stored-response';

/** The result of a handler: its value, and its changes to the response. */
export interface HandlerOutput {
  readonly body: unknown;
  readonly before: ResponseHead;
  readonly after: ResponseHead;
}

/** Why a body cannot be shared; `undefined` if it can. */
export function whyBodyNotStorable(body: unknown): string | undefined {
  if (body === undefined) return 'no-value';
  return isStream(body) ? 'stream' : undefined;
}

/** Why a shared cache may not store a response (RFC 9111 3, and stricter); `undefined` if it may. Named as in `Cache-Status`. */
export function whyNotStorable(exchange: HttpExchange, config: RouteConfig, output: HandlerOutput): string | undefined {
  const { after, before, body } = output;
  if (exchange.isResponse(body)) return 'response-handled';
  if (!isStorable(statusOf(body, after.status, config), exchange.routeStatus)) return 'status';
  if (exchange.hasPendingCookies) return 'set-cookie';
  const header = unstorableHeader(before, after);
  if (header !== undefined) return header;
  if (carriesNonce(before) || carriesNonce(after)) return 'csp-nonce';
  if (forbidsStoring(after)) return 'cache-control';
  if (variesUnseen(before, after, config.vary)) return 'vary';
  return isReplayable(output, config) ? undefined : 'headers';
}

/** Also if only caches of a CDN or a gateway are addressed (RFC 9213, `Surrogate-Control`): what they must not share, this cache must not. */
function forbidsStoring(head: ResponseHead): boolean {
  if (forbidsSharing(head.headers['cache-control']) || (statedLifetimeMs(head) ?? 1) <= 0) return true;
  const { 'cache-control': policy, pragma } = head.headers;
  // RFC 9111 5.4: ignored beside a `Cache-Control`.
  if (policy === undefined && directivesOf(pragma).has('no-cache')) return true;
  return Object.entries(head.headers).some(([name, value]) => targetedPolicy.test(name) && forbidsTarget(value));
}

/** `CDN-Cache-Control`, `Cloudflare-CDN-Cache-Control`, `Surrogate-Control`, `Edge-Control`… */
const targetedPolicy = /^(?:.+-cache|(?:.+-)?surrogate|(?:.+-)?edge)-control$/;

function forbidsTarget(value: HeaderValue | undefined): boolean {
  const directives = directivesOf(value);
  return (
    forbidsSharing(value) || directives.has('no-store-remote') || /^0+$/.test(directives.get('s-maxage') ?? directives.get('max-age') ?? '')
  );
}

function forbidsSharing(policy: HeaderValue | undefined): boolean {
  const directives = directivesOf(policy);
  return ['no-store', 'private', 'no-cache'].some((name) => directives.has(name));
}

/** A nonce of a policy, or of a `Link` that preloads a script, is also part of the page, and is valid for one response. */
function carriesNonce({ headers }: ResponseHead): boolean {
  return Object.values(headers).some((value) => value !== undefined && /'nonce-|[;,\s]nonce=/i.test(String(value)));
}

/** The check that a stored response from L2 also has to pass. */
function isReplayable({ after, before, body }: HandlerOutput, config: RouteConfig): boolean {
  const headers = handlerHeaders(before, after);
  return areReplayable(headers) && (sendsSomethingElse(config) || fitsContentType(body, headers));
}

/** Node streams, web streams and responses, `StreamableFile`, iterators: they can be read once. */
function isStream(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if (Object.prototype.toString.call(body) === '[object Response]') return true;
  const members = body as Readonly<Record<string | symbol, unknown>>;
  return ['pipe', 'getReader', 'getStream', 'next', Symbol.asyncIterator].some((method) => typeof members[method] === 'function');
}

/** Nest redirects after the interceptors. */
function statusOf(body: unknown, status: number, { redirectStatus }: RouteConfig): number {
  if (redirectStatus === undefined) return status;
  return (body as { readonly statusCode?: number } | null)?.statusCode ?? redirectStatus;
}

/** 201 is the default status of a `POST`, which is cached only if its route has a key or its method is allowed. */
function isStorable(status: number, routeStatus: number): boolean {
  return isStorableStatus(status) || (status === created && routeStatus === created);
}

/** Request headers that middleware handles for each response, also for a stored one. */
const setByMiddleware: readonly string[] = ['origin', 'accept-encoding'];

function variesUnseen(before: ResponseHead, after: ResponseHead, inKey: readonly string[]): boolean {
  const middlewares = membersOf(before.headers['vary']).filter((name) => setByMiddleware.includes(name));
  const named = membersOf(after.headers['vary']);
  return named.some((name) => !inKey.includes(name) && !middlewares.includes(name)) || echoesOrigin(before, after, inKey);
}

/** A response that allows the requesting site is for that site alone. */
function echoesOrigin(before: ResponseHead, after: ResponseHead, inKey: readonly string[]): boolean {
  const name = 'access-control-allow-origin';
  const allowed = after.headers[name];
  return allowed !== undefined && allowed !== '*' && allowed !== before.headers[name] && !inKey.includes('origin');
}
