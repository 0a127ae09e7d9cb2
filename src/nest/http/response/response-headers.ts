import type { CacheEntry } from '../../../domain/reading/read-result';
import type { RouteConfig } from '../route/route-config';
import type { ResponseHead, HttpExchange } from './http-exchange';
import type { HeaderValue } from './stored-response';

/** Instead of no end: what caches take for one. */
const yearInSeconds = 31_536_000;

/** Of one connection or one message (RFC 9110), or written anew for each answer. */
export const neverStored: ReadonlySet<string> = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ],
  ...['content-length', 'date', 'age', 'set-cookie', 'cache-status', 'x-cache'],
]);

/** The headers that a handler set: what was there before it ran, middleware sets for every request. */
export function handlerHeaders(before: ResponseHead, after: ResponseHead): Readonly<Record<string, HeaderValue>> {
  const ofConnection = membersOf(after.headers['connection']);
  const changed: Record<string, HeaderValue> = {};
  for (const [name, value] of Object.entries(after.headers)) {
    if (value === undefined || String(value) === String(before.headers[name])) continue;
    if (!neverStored.has(name) && !ofConnection.includes(name)) changed[name] = value;
  }
  return changed;
}

/** What a run behind shows of itself: the rest was written for the answer that is already sent. */
export function headChanges(before: ResponseHead, after: ResponseHead): ResponseHead {
  const headers = Object.entries(after.headers).filter(([name, value]) => String(value) !== String(before.headers[name]));
  return { status: after.status, headers: Object.fromEntries(headers) };
}

/** The members of a header that is a list, in lower case. */
export function membersOf(value: HeaderValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return String(value)
    .split(',')
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '');
}

/** Names what the answer depends on besides what is named already. */
export function addVary(exchange: HttpExchange, names: readonly string[]): void {
  const present = membersOf(exchange.header('vary'));
  const missing = names.filter((name) => !present.includes(name) && !present.includes('*'));
  if (missing.length > 0) exchange.setHeader('Vary', [...present, ...missing].join(', '));
}

/** `Cache-Control` and `Age`: who reads them takes the one from the other. */
export function writeCacheControl(exchange: HttpExchange, { scope }: RouteConfig, entry: CacheEntry<unknown>): void {
  const { ageMs, ttlMs, from } = entry;
  if (from !== 'loader') writeAge(exchange, entry);
  if (exchange.header('cache-control') !== undefined) return;
  exchange.setHeader('Cache-Control', `${visibility(scope)}max-age=${Math.min(seconds(ageMs + ttlMs), yearInSeconds)}`);
  if (scope === undefined) addVary(exchange, ['authorization', 'cookie']);
}

export function writeAge(exchange: HttpExchange, { ageMs }: Pick<CacheEntry<unknown>, 'ageMs'>): void {
  exchange.setHeader('Age', String(seconds(ageMs)));
}

function visibility(scope: RouteConfig['scope']): string {
  if (scope === undefined) return '';
  return scope === 'public' ? 'public, ' : 'private, ';
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
