import { headerOf, type PageRequest } from './exchange';

/**
 * Whether a request comes from a page of this very origin, as far as the browser says where it comes from. One that says nothing is no browser of
 * the last years, and is left to the token.
 */
export function isSameOrigin(request: PageRequest): boolean {
  const site = headerOf(request, 'sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = headerOf(request, 'origin');
  // HTTP/2 has an authority instead of a host.
  const host = headerOf(request, 'host') ?? headerOf(request, ':authority');
  return origin === undefined || (host !== undefined && hostOf(origin) === host.toLowerCase());
}

/** `undefined` for what is no address, such as the `null` of a sandbox. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
