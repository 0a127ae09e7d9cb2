import type { CacheEntry } from '../../../domain/reading/read-result';
import type { RouteConfig } from '../route/route-config';
import type { HeaderValue, OpenResponse, ResponseHead } from './response-headers';

/** Written for an entry without an end: caches take a year for that. */
const yearInSeconds = 31_536_000;

/** `name`, `name=token` or `name="quoted text"`. */
const directive = /([!#$%&'*+.^`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;

/** The directives of `Cache-Control` by name in lower case; of one that stands twice, the smaller value. */
export function directivesOf(value: HeaderValue | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (value === undefined) return found;
  for (const [, name = '', quoted, token] of String(value).matchAll(directive)) {
    const [key, text] = [name.toLowerCase(), quoted ?? token ?? ''];
    const present = found.get(key);
    if (present === undefined || secondsOf(text) < secondsOf(present)) found.set(key, text);
  }
  return found;
}

/** The time for which a response states that it is fresh, from now; `undefined` if it states none (RFC 9111 4.2.1). */
export function statedLifetimeMs({ headers }: ResponseHead): number | undefined {
  const directives = directivesOf(headers['cache-control']);
  const maxAge = directives.get('s-maxage') ?? directives.get('max-age');
  if (maxAge !== undefined) return (secondsOf(maxAge) - secondsOf(headers['age'])) * 1_000;
  const { date, expires } = headers;
  if (expires === undefined) return undefined;
  // An invalid date, such as `Expires: 0`, is in the past; `Date.parse` takes a bare number for a year.
  const until = /[a-z]/i.test(String(expires)) ? Date.parse(String(expires)) : NaN;
  return Number.isNaN(until) ? 0 : until - (Date.parse(String(date)) || Date.now());
}

/** Whether a response forbids serving it after its lifetime. */
export function forbidsStale({ headers }: ResponseHead): boolean {
  const directives = directivesOf(headers['cache-control']);
  return directives.has('must-revalidate') || directives.has('proxy-revalidate');
}

/**
 * Only a response with the scope `'public'` may be reused without revalidation. A browser does not know when its user changes, so it must
 * revalidate any other response, and gets a 304 if its copy is right.
 */
export function writeCacheControl(response: OpenResponse, { scope }: RouteConfig, { ageMs, ttlMs }: CacheEntry<unknown>): void {
  if (response.header('cache-control') !== undefined) return;
  // The whole lifetime, because readers subtract `Age`. Here `Age` is still that of the handler.
  response.setHeader('Cache-Control', policyFor(scope, secondsOf(response.header('age')) + wholeSeconds(ageMs + ttlMs)));
}

function policyFor(scope: RouteConfig['scope'], seconds: number): string {
  if (scope === 'public') return `public, max-age=${Math.min(seconds, yearInSeconds)}`;
  return scope === undefined ? 'no-cache' : 'private, no-cache';
}

/** Adds the time in the cache to the `Age` that the handler gave its answer. */
export function writeAge(response: OpenResponse, { ageMs }: Pick<CacheEntry<unknown>, 'ageMs'>): void {
  response.setHeader('Age', String(secondsOf(response.header('age')) + wholeSeconds(ageMs)));
}

/** 0 for a text that is no number of seconds. */
function secondsOf(value: HeaderValue | undefined): number {
  const text = String(value).trim();
  return /^\d+$/.test(text) ? Number(text) : 0;
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
