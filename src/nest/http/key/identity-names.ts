/** Clients choose the names: how many verdicts are kept, and for names of how many characters. */
const limits = { verdicts: 1_000, characters: 64 };

/** A check of header names that remembers its verdicts, since most requests of a process have the same few headers. */
export class NameVerdicts {
  readonly #judge: (name: string) => boolean;
  readonly #known = new Map<string, boolean>();

  /** @param judge - gets the name in lower case */
  constructor(judge: (name: string) => boolean) {
    this.#judge = judge;
  }

  of(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const verdict = this.#judge(name.toLowerCase());
    if (this.#known.size >= limits.verdicts) this.#known.clear();
    if (name.length <= limits.characters) this.#known.set(name, verdict);
    return verdict;
  }
}

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

/** Whole words in the names of headers and fields that hold no secret, but name a caller or a group of callers: they may be part of a key. */
const callerWords =
  /(?:^|[-_.])(?:tenant|viewer|customer|member|subject|sub|actor|msisdn|uid|roles?|groups?|dn|remote-ident|on-behalf-of|(?:client|org|organi[sz]ation)-?id)(?:$|[-_.])/;

/** Whether a header or field with this name names a caller: `x-tenant-id`, `x-forwarded-groups`, `viewerId`… */
export function isCallerName(name: string): boolean {
  return isIdentityName(name) || callerWords.test(name.replace(/([a-z])(?=[A-Z])/g, '$1-').toLowerCase());
}

/** Of headers in any case. */
const sendersHeaders = new NameVerdicts((name) => isIdentityHeader(name) || (isCallerName(name) && !misleadingHeaders.test(name)));

/**
 * The first header that identifies the caller.
 * @param inKey - headers in lower case that are part of the key, and so cannot mix up callers
 * @param identifies - a narrower check of the names, for a key that holds all other inputs
 */
export function identityHeader(
  headers: Readonly<Record<string, unknown>> | undefined,
  inKey: readonly string[],
  identifies: (name: string) => boolean = () => true,
): string | undefined {
  if (headers === undefined) return undefined;
  for (const name in headers) {
    if (!sendersHeaders.of(name) || headers[name] === undefined) continue;
    if (!inKey.includes(name.toLowerCase()) && identifies(name.toLowerCase())) return `header ${name}`;
  }
  return undefined;
}
