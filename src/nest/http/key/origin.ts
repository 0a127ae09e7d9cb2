import { NameVerdicts } from './identity-names';

/** The accepted hosts, and whether the host is part of the key. */
export type Hosts = 'any' | 'ignored' | readonly string[];

/** Host and scheme of a request, as links and redirects in its response have them. */
interface Origin {
  /** In lower case, with the port. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
}

interface OriginRequest {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly socket?: { readonly encrypted?: boolean } | undefined;
  /** With the port. From `X-Forwarded-Host` only if the application trusts its proxy. */
  readonly host?: unknown;
  /** From `X-Forwarded-Proto` only if the application trusts its proxy. */
  readonly protocol?: unknown;
}

/** A name, an IPv4 address or an IPv6 address, and a port. */
const wellFormed = /^(?:[a-z0-9_][a-z0-9_.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

const longest = 255;

/** Headers that may name another host or scheme than the `Host` header and the connection do. The platform decides whether to trust them. */
const forwarding = new NameVerdicts((name) =>
  /.host|^(?!host$)host|proto|scheme|forward|original|rewrite|proxy|https|ssl|tls|.authority/.test(name),
);

/**
 * The requested host and scheme. The client chooses them: with `Host: evil.example` the links of a response for all callers would lead there.
 * @returns the name of the invalid part, if the host is missing, malformed or not on the list, or if the scheme is neither `http` nor `https`
 */
export function originOf(request: OriginRequest, hosts: Hosts): Origin | 'host' | 'scheme' {
  const { headers } = request;
  // The getters of Express cost 5 microseconds for each request. Without such a header they return the same.
  const isAsked = namesOrigin(headers) || Object.hasOwn(request, 'host') || Object.hasOwn(request, 'protocol');
  const host = validHost((isAsked ? request.host : undefined) ?? headers['host'] ?? headers[':authority'] ?? request.host, hosts);
  if (host === undefined) return 'host';
  const scheme = validScheme((isAsked ? request.protocol : undefined) ?? (request.socket?.encrypted === true ? 'https' : 'http'));
  return scheme === undefined ? 'scheme' : { host, scheme };
}

function namesOrigin(headers: OriginRequest['headers']): boolean {
  for (const name in headers) if (forwarding.of(name)) return true;
  return false;
}

function validScheme(given: unknown): Origin['scheme'] | undefined {
  const scheme = typeof given === 'string' ? given.toLowerCase() : given;
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}

function validHost(given: unknown, hosts: Hosts): string | undefined {
  if (typeof given !== 'string' || given.length > longest) return undefined;
  if (given !== last.given || hosts !== last.hosts) last = { given, hosts, valid: checkedHost(given, hosts) };
  return last.valid;
}

/** Most requests of a process name one host: its check is kept. */
let last: { readonly given: string; readonly hosts: Hosts; readonly valid: string | undefined } = {
  given: '',
  hosts: 'any',
  valid: undefined,
};

function checkedHost(given: string, hosts: Hosts): string | undefined {
  const name = given.toLowerCase();
  if (!wellFormed.test(name)) return undefined;
  return typeof hosts === 'string' || hosts.includes(name) || hosts.includes(withoutPort(name)) ? name : undefined;
}

export function isHostPattern(given: unknown): given is string {
  return typeof given === 'string' && given.length <= longest && wellFormed.test(given.toLowerCase());
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

let lastQualifier = { host: '', scheme: 'http', text: '' };

/**
 * `host=shop.example+8080`, and `;scheme=https` for https. A colon would end the qualifiers. `+` is in no host, and sanitizers do not escape it. Most
 * requests of a process name one origin: its text is kept.
 */
export function originQualifier({ host, scheme }: Origin): string {
  if (host !== lastQualifier.host || scheme !== lastQualifier.scheme) {
    const text = `host=${host.replaceAll(':', '+')}${scheme === 'https' ? ';scheme=https' : ''}`;
    lastQualifier = { host, scheme, text };
  }
  return lastQualifier.text;
}
