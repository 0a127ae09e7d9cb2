/** Words in the names of headers and fields that identify the caller. */
const identityWords =
  /auth|token|key|session|user|account|identity|principal|credential|secret|jwt|oidc|saml|login|email|password|passport|assertion|impersonat|signature|dpop|-cert|ssl-client|client-?cert/i;

/** Names with such a word that do not identify the caller: set by browsers and by HTTP/2. */
const misleadingHeaders = /^(?:user-agent|sec-.*|:.*)$/;

/** Whether a header with this name identifies the caller: `authorization`, `x-api-key`, `x-forwarded-user`, `x-client-cert`… */
export function isIdentityHeader(name: string): boolean {
  return name === 'cookie' || (isIdentityName(name) && !misleadingHeaders.test(name));
}

export function isIdentityName(name: string): boolean {
  return identityWords.test(name);
}

/** Verdicts by name as it was sent. */
const verdicts = new Map<string, boolean>();

/** Clients choose the names: how many verdicts are kept, and for names of how many characters. */
const limits = { verdicts: 1_000, characters: 64 };

/** As {@link isIdentityHeader} for any case; kept, since most requests of a process have the same few headers. */
function identifiesSender(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = isIdentityHeader(name.toLowerCase());
  if (verdicts.size >= limits.verdicts) verdicts.clear();
  if (name.length <= limits.characters) verdicts.set(name, verdict);
  return verdict;
}

/**
 * The first header that identifies the caller.
 * @param inKey - headers in lower case that are part of the key, and so cannot mix up callers
 */
export function identityHeader(headers: Readonly<Record<string, unknown>> | undefined, inKey: readonly string[]): string | undefined {
  if (headers === undefined) return undefined;
  for (const name in headers) {
    if (identifiesSender(name) && headers[name] !== undefined && !inKey.includes(name.toLowerCase())) return `header ${name}`;
  }
  return undefined;
}
