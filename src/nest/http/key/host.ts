/** The accepted hosts, and whether the host is part of the key. */
export type Hosts = 'any' | 'ignored' | readonly string[];

interface RequestWithHost {
  /** With the port. From `X-Forwarded-Host` only if the application trusts its proxy. */
  readonly host?: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A name, an IPv4 address or an IPv6 address, and a port. */
const wellFormed = /^(?:[a-z0-9_][a-z0-9_.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

const longest = 255;

/**
 * The requested host, in lower case. The client chooses it: with `Host: evil.example` the links of a response for all callers would lead there.
 * @returns `undefined` for a missing or invalid host, and for one that is not on the list
 */
export function validHost({ host, headers }: RequestWithHost, hosts: Hosts): string | undefined {
  const given = host ?? headers['host'] ?? headers[':authority'];
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

let lastQualifier = { host: '', text: '' };

/** A colon would end the qualifiers. `+` is in no host, and sanitizers do not escape it. Most requests of a process name one host: its text is kept. */
export function hostQualifier(host: string): string {
  if (host !== lastQualifier.host) lastQualifier = { host, text: `host=${host.replaceAll(':', '+')}` };
  return lastQualifier.text;
}
