import { headerOf, type PageRequest } from './exchange';

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
