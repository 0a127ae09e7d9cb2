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

/**
 * The first header that identifies the caller.
 * @param inKey - headers in lower case that are part of the key, and so cannot mix up callers
 */
export function identityHeader(headers: Readonly<Record<string, unknown>> | undefined, inKey: readonly string[]): string | undefined {
  if (headers === undefined) return undefined;
  for (const name in headers) {
    if (headers[name] !== undefined && isIdentityHeader(name.toLowerCase()) && !inKey.includes(name.toLowerCase())) return `header ${name}`;
  }
  return undefined;
}
