import { backoffMs } from '../../domain/shared/backoff';

/** In messages: the characters that end the password of a URL, and their codes. */
const encodeHint = 'in a password / is written %2F, ? is %3F, # is %23, @ is %40';

/** The parts of a URL that are not the server's. A `@` in them comes from a password with an unencoded `/`, `?` or `#`. */
const suffix = ({ pathname, search, hash }: URL): string => pathname + search + hash;

/**
 * Why a client must not get this URL; `undefined` for a valid one. Clients print a URL that they cannot read in their own warning, or connect to a
 * part of the password. The result never repeats the URL.
 * @param url - with a scheme
 */
export function urlProblem(url: string): string | undefined {
  if (/[\s\\]/.test(url)) return 'a URL with a space, a line break or a backslash';
  if (!URL.canParse(url)) return `a URL that cannot be read: its port has to be a number, and ${encodeHint}`;
  const parsed = new URL(url);
  if (parsed.hash !== '' || url.includes('#')) return `a URL with #: ${encodeHint}`;
  if (suffix(parsed).includes('@')) return `a URL with @ after its host: ${encodeHint}`;
  if (!/^\/?\d*$/.test(parsed.pathname)) return 'a URL whose path is not the number of a database';
  return isDecodable(parsed) ? undefined : 'a URL with % in its user or password that is not part of a code: it is written %25';
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/**
 * Milliseconds before an attempt to connect, with jitter. It never gives up.
 * @param attempt - counted from 1
 */
export function retryDelayMs(attempt: number): number {
  return Math.round((backoffMs(attempt, 50, 2_000) * (1 + Math.random())) / 2);
}

interface TlsOptions {
  readonly rejectUnauthorized?: unknown;
  readonly checkServerIdentity?: unknown;
}

/** Warns of options that disable TLS's check of the server. Without it a machine between client and server can read and change everything. */
export function warnAboutTlsOptions(driver: string, options: object): void {
  const { tls, sentinelTLS } = options as { readonly tls?: TlsOptions; readonly sentinelTLS?: TlsOptions };
  const found = [...problems('tls', tls), ...problems('sentinelTLS', sentinelTLS)];
  for (const problem of found) process.emitWarning(`${driver}: ${problem}`, 'TiercelWarning');
}

function* problems(name: string, tls: TlsOptions | undefined): Generator<string> {
  if (tls?.rejectUnauthorized === false) {
    yield `${name}.rejectUnauthorized is false, so any machine can pose as the server; give the certificate of its authority as ${name}.ca`;
  }
  if (tls?.checkServerIdentity !== undefined) {
    yield `${name}.checkServerIdentity is replaced: unless your function checks the name, any certificate of the authority is accepted`;
  }
}
