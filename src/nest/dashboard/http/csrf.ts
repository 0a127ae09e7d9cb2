import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type PageRequest, headerOf } from './exchange';

const wellFormed = /^[\w-]{43}$/;

/**
 * Proves that a form was sent from our page: the token comes twice, in the form and in a cookie, and other sites can neither read nor set the
 * cookie. The server keeps nothing, so any process of an application may answer the form of any other.
 */
interface CsrfToken {
  readonly value: string;
  /** The `Set-Cookie` for a browser without the cookie; `undefined` for a browser that has it. */
  readonly cookie: string | undefined;
}

export function csrfToken(request: PageRequest): CsrfToken {
  const present = tokenInCookie(request);
  if (present !== undefined) return { value: present, cookie: undefined };
  const value = randomBytes(32).toString('base64url');
  const secure = isSecure(request) ? '; Secure' : '';
  return { value, cookie: `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}` };
}

/** @param given - the token of the form */
export function isOurToken(request: PageRequest, given: unknown): boolean {
  const present = tokenInCookie(request);
  if (present === undefined || typeof given !== 'string' || !wellFormed.test(given)) return false;
  return timingSafeEqual(Buffer.from(present), Buffer.from(given));
}

function tokenInCookie(request: PageRequest): string | undefined {
  const prefix = `${cookieName(request)}=`;
  const pairs = (headerOf(request, 'cookie') ?? '').split(';').map((pair) => pair.trim());
  // A neighbouring domain may have set a cookie of that name before ours.
  const values = pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  return values.find((value) => wellFormed.test(value));
}

/** Browsers refuse a cookie named `__Host-…` from neighbouring domains; the name is possible with https alone. */
function cookieName(request: PageRequest): string {
  return isSecure(request) ? '__Host-tiercel-view' : 'tiercel-view';
}

function isSecure({ protocol }: PageRequest): boolean {
  return protocol === 'https';
}

/**
 * Whether a request comes from a page of this origin, as far as the browser reports it. Every current browser does; for others the token decides.
 */
export function isSameOrigin(request: PageRequest): boolean {
  const site = headerOf(request, 'sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = headerOf(request, 'origin');
  // HTTP/2 has an authority instead of a host.
  const host = headerOf(request, 'host') ?? headerOf(request, ':authority');
  return origin === undefined || (host !== undefined && hostOf(origin) === host.toLowerCase());
}

/** `undefined` for an invalid address, such as the `null` of a sandbox. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
