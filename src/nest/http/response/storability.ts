import type { RouteConfig } from '../route/route-config';
import type { ResponseHead, HttpExchange } from './http-exchange';
import { membersOf } from './response-headers';

const storable: ReadonlySet<number> = new Set([200, 203, 204, 301, 404, 410]);

const created = 201;

/** What an answer looks like, for the rules. */
export interface HandlerOutput {
  readonly body: unknown;
  readonly before: ResponseHead;
  readonly after: ResponseHead;
}

/** Why a body cannot be given to anybody else; `undefined` when it can. */
export function whyBodyNotStorable(body: unknown): string | undefined {
  if (body === undefined) return 'no-value';
  return isStream(body) ? 'stream' : undefined;
}

/** Why a shared cache may not store a response (RFC 9111, and stricter: cookies, unknown kinds of `Vary`); `undefined` when it may. */
export function whyNotStorable(exchange: HttpExchange, config: RouteConfig, { body, before, after }: HandlerOutput): string | undefined {
  if (exchange.isResponse(body)) return 'response-handled';
  if (!isStorable(statusOf(body, after.status, config), exchange.routeStatus)) return 'status';
  if (after.headers['set-cookie'] !== undefined || exchange.hasPendingCookies) return 'set-cookie';
  if (/no-store|private|no-cache/i.test(String(after.headers['cache-control']))) return 'cache-control';
  return variesUnseen(before, after, config.vary) ? 'vary' : undefined;
}

/** Node streams, web streams and responses, `StreamableFile`, iterators: to be read once. */
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

/** A `POST` is answered with 201 unless it says otherwise; who gave it a key, or allowed its method, means it. */
function isStorable(status: number, routeStatus: number): boolean {
  return storable.has(status) || (status === created && routeStatus === created);
}

/** What middleware does to each response anew, for whatever is stored. */
const setByMiddleware: readonly string[] = ['origin', 'accept-encoding'];

function variesUnseen(before: ResponseHead, after: ResponseHead, inKey: readonly string[]): boolean {
  const middlewares = membersOf(before.headers['vary']).filter((name) => setByMiddleware.includes(name));
  const named = membersOf(after.headers['vary']);
  return named.some((name) => !inKey.includes(name) && !middlewares.includes(name)) || echoesOrigin(before, after, inKey);
}

/** An answer that allows the site which asked is for that site. */
function echoesOrigin(before: ResponseHead, after: ResponseHead, inKey: readonly string[]): boolean {
  const name = 'access-control-allow-origin';
  const allowed = after.headers[name];
  return allowed !== undefined && allowed !== '*' && allowed !== before.headers[name] && !inKey.includes('origin');
}
