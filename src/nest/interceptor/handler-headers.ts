import type { ResponseHead } from './http-exchange';
import { membersOf } from './list-header';
import type { HeaderValue } from './stored-answer';

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
export function sinceThen(before: ResponseHead, after: ResponseHead): ResponseHead {
  const headers = Object.entries(after.headers).filter(([name, value]) => String(value) !== String(before.headers[name]));
  return { status: after.status, headers: Object.fromEntries(headers) };
}
