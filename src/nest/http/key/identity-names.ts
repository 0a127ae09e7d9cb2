/** Words in the name of a header or field that holds who the caller is. */
const identityWords =
  /auth|token|key|session|user|account|identity|principal|credential|secret|jwt|oidc|saml|login|email|password|passport|assertion|impersonat|signature|dpop|-cert|ssl-client|client-?cert/i;

/** Names with such a word that say nothing of the caller: set by browsers and HTTP/2 itself. */
const misleadingHeaders = /^(?:user-agent|sec-.*|:.*)$/;

/** Whether a header with this name identifies its sender: `authorization`, `x-api-key`, `x-forwarded-user`, `x-client-cert`… */
export function isIdentityHeader(name: string): boolean {
  return name === 'cookie' || (isIdentityName(name) && !misleadingHeaders.test(name));
}

export function isIdentityName(name: string): boolean {
  return identityWords.test(name);
}

/**
 * The first header that identifies its sender.
 * @param inKey - headers that are part of the key and so cannot mix callers up, in lower case
 */
export function identityHeader(headers: Readonly<Record<string, unknown>> | undefined, inKey: readonly string[]): string | undefined {
  if (headers === undefined) return undefined;
  for (const name in headers) {
    if (headers[name] !== undefined && isIdentityHeader(name.toLowerCase()) && !inKey.includes(name.toLowerCase())) return `header ${name}`;
  }
  return undefined;
}
