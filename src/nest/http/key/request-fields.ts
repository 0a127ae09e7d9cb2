import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { isIdentityName } from './identity-names';

type Fields = Readonly<Record<string | symbol, unknown>>;

/** Decides which fields of a request are a sign of the caller. */
export interface FieldRules {
  /** Only fields whose name has a word for identity; otherwise every field that the platform does not set itself. */
  readonly namedOnly: boolean;
  /** Whether the language of the request is part of the key. */
  readonly localeInKey: boolean;
}

/** Set by Express, Fastify, Nest and their parsers of bodies, cookies and files. Headers and cookies are checked elsewhere. */
const platformFields =
  'res next baseUrl originalUrl params route body query url method protocol secure ip ips host hosts hostname subdomains path fresh stale xhr app ' +
  'secret cookies signedCookies rawBody raw server file files headers versions is404 id log context validationError routeOptions domain';

/** Set by middleware for request ids, logs, timing, rate limits and security headers: the response does not depend on them. */
const anonymousFields =
  'requestId reqId correlationId traceId spanId transactionId logger allLogs startTime startedAt startAt receivedAt timestamp rateLimit ' +
  'nonce cspNonce useragent timedout isSpider';

const localeFields: ReadonlySet<string> = new Set(
  'i18n i18nLang i18nContext i18nService language languages lng lang locale locales resolvedLanguage'.split(' '),
);

/** Methods that Passport adds to every request. */
const passportFields = 'login logIn logout logOut isAuthenticated isUnauthenticated _sessionManager';

let ownFields: ReadonlySet<string> | undefined;

/** Made on first use: the fields set by Node differ between its versions. */
function anonymous(): ReadonlySet<string> {
  const listed = `${platformFields} ${anonymousFields} ${passportFields}`.split(' ');
  return (ownFields ??= new Set([...Object.getOwnPropertyNames(new IncomingMessage(new Socket())), ...listed]));
}

/** The first field, set by middleware or a guard, that may identify the caller. */
export function callerField(request: object, rules: FieldRules): string | undefined {
  const known = anonymous();
  for (const name of Object.getOwnPropertyNames(request)) {
    if (!known.has(name) && isSign(name, (request as Fields)[name], rules)) return `request field ${name}`;
  }
  for (const symbol of Object.getOwnPropertySymbols(request)) {
    const name = symbol.description ?? '';
    if (isIdentityName(name) && holdsSomething((request as Fields)[symbol])) return `request field Symbol(${name})`;
  }
  return undefined;
}

function isSign(name: string, value: unknown, { namedOnly, localeInKey }: FieldRules): boolean {
  if (!holdsSomething(value)) return false;
  if (isIdentityName(name)) return true;
  if (namedOnly || name.startsWith('_') || typeof value === 'function') return false;
  return !(localeInKey && localeFields.has(name));
}

function holdsSomething(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}
