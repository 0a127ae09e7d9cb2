import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { isIdentityName } from './identity-names';

type Fields = Readonly<Record<string | symbol, unknown>>;

/** Decides which fields of a request are a sign of the caller. */
interface FieldRules {
  /** Only fields whose name has a word for identity; otherwise every field that the platform does not set itself. */
  readonly namedOnly: boolean;
  /** Whether the language of the request is part of the key. */
  readonly localeInKey: boolean;
}

/** The parts of a call that its key already holds: they cannot mix up callers. */
export interface KeyContents extends FieldRules {
  /** Whether the application makes the key itself, so that it may hold the name of a tenant or another group. */
  readonly isOwn: boolean;
  /** Headers in lower case. */
  readonly headers: readonly string[];
}

/** Set by Express, Fastify, Nest and their parsers of bodies, cookies and files. Headers and cookies are checked elsewhere. */
const platformFields =
  'res next baseUrl originalUrl params route body query url method protocol secure ip ips host hosts hostname subdomains path fresh stale xhr app ' +
  'secret cookies signedCookies rawBody raw server file files headers versions is404 id log validationError routeOptions domain';

/** Set by middleware for request ids, logs, timing, rate limits and security headers: the response does not depend on them. */
const anonymousFields =
  'requestId reqId correlationId traceId spanId transactionId logger allLogs startTime startedAt startAt receivedAt timestamp rateLimit ' +
  'nonce cspNonce useragent timedout isSpider';

const localeFields: ReadonlySet<string> = new Set(
  'i18n i18nLang i18nContext i18nService language languages lng lang locale locales resolvedLanguage'.split(' '),
);

/** Descriptions of symbols that Node sets when it reads headers, and of its HTTP/2 requests. */
const nodeSymbols = 'kHeadersDistinct kTrailersDistinct headers rawHeaders trailers rawTrailers state stream aborted';

/** Symbols of Fastify, of Express' router, of Node and of tracing. */
const platformSymbol = /^(?:fastify|nest|middie|router|nodejs|opentelemetry|otel|datadog|newrelic|elastic|sentry)\b/i;

let anonymousSymbols: ReadonlySet<string> | undefined;

/** Made on first use, as {@link anonymousNames}. */
function anonymousDescriptions(): ReadonlySet<string> {
  return (anonymousSymbols ??= new Set([
    ...Object.getOwnPropertySymbols(new IncomingMessage(new Socket())).map(({ description = '' }) => description),
    ...`${nodeSymbols} ${anonymousFields}`.split(' '),
  ]));
}

/** Methods that Passport adds to every request. */
const passportFields = 'login logIn logout logOut isAuthenticated isUnauthenticated _sessionManager';

let anonymous: ReadonlySet<string> | undefined;

/** Made on first use: the fields set by Node differ between its versions. */
function anonymousNames(): ReadonlySet<string> {
  return (anonymous ??= new Set([
    ...Object.getOwnPropertyNames(new IncomingMessage(new Socket())),
    ...`${platformFields} ${anonymousFields} ${passportFields}`.split(' '),
  ]));
}

/** A field that may identify the caller, if it has a value. */
interface Suspect {
  readonly key: string | symbol;
  readonly name: string;
  /** Whether its name has a word for identity. */
  readonly isIdentity: boolean;
}

/** The names of the fields of a request, and the suspects among them. */
interface Shape {
  readonly names: readonly string[];
  readonly suspects: readonly Suspect[];
}

/** By number of names. Most requests of a process have one of a few shapes: names are looked up one by one only for a new one. */
const shapes = new Map<number, Shape>();

/** Of a request with more fields the shape is not kept, and so many symbols are remembered. */
const maxFields = 256;

/** The first field, set by middleware or a guard, that may identify the caller. */
export function callerField(request: object, rules: FieldRules): string | undefined {
  return visibleSign(request, rules) ?? hiddenSign(request, rules);
}

function visibleSign(request: object, rules: FieldRules): string | undefined {
  return firstSign(suspectsAmong(Object.keys(request)), request, rules);
}

/** Of fields under a symbol, and of properties that are not enumerable. */
function hiddenSign(request: object, rules: FieldRules): string | undefined {
  for (const symbol of Object.getOwnPropertySymbols(request)) {
    const suspect = symbolSuspect(symbol);
    const sign = suspect === undefined ? undefined : signOf(suspect, request, rules);
    if (sign !== undefined) return sign;
  }
  const names = Object.getOwnPropertyNames(request);
  if (names.length === Object.keys(request).length) return undefined;
  return firstSign(toSuspects(names.filter((name) => !Object.prototype.propertyIsEnumerable.call(request, name))), request, rules);
}

function firstSign(suspects: readonly Suspect[], request: object, rules: FieldRules): string | undefined {
  for (const suspect of suspects) {
    const sign = signOf(suspect, request, rules);
    if (sign !== undefined) return sign;
  }
  return undefined;
}

/** The verdicts on symbols. An application has few, and a description is searched for words only once. */
const symbolSuspects = new Map<symbol, Suspect | undefined>();

function symbolSuspect(symbol: symbol): Suspect | undefined {
  if (symbolSuspects.has(symbol)) return symbolSuspects.get(symbol);
  const suspect = toSuspect(symbol);
  if (symbolSuspects.size < maxFields) symbolSuspects.set(symbol, suspect);
  return suspect;
}

function suspectsAmong(names: readonly string[]): readonly Suspect[] {
  const known = shapes.get(names.length);
  if (known !== undefined && areSame(names, known.names)) return known.suspects;
  const suspects = toSuspects(names);
  if (names.length <= maxFields) shapes.set(names.length, { names, suspects });
  return suspects;
}

/** For lists of one length. A loop: it runs for every request. */
function areSame(names: readonly string[], known: readonly string[]): boolean {
  for (let index = 0; index < names.length; index++) if (names[index] !== known[index]) return false;
  return true;
}

function toSuspects(keys: readonly (string | symbol)[]): readonly Suspect[] {
  return keys.map(toSuspect).filter((suspect) => suspect !== undefined);
}

function toSuspect(key: string | symbol): Suspect | undefined {
  if (typeof key === 'string') return anonymousNames().has(key) ? undefined : { key, name: key, isIdentity: isIdentityName(key) };
  const { description = '' } = key;
  if (anonymousDescriptions().has(description)) return undefined;
  const isIdentity = isIdentityName(description);
  return isIdentity || !platformSymbol.test(description) ? { key, name: `Symbol(${description})`, isIdentity } : undefined;
}

function signOf({ key, name, isIdentity }: Suspect, request: object, { namedOnly, localeInKey }: FieldRules): string | undefined {
  const value = (request as Fields)[key];
  if (!holdsSomething(value)) return undefined;
  const isAnonymous = namedOnly || name.startsWith('_') || typeof value === 'function' || (localeInKey && localeFields.has(name));
  return isIdentity || !isAnonymous ? `request field ${name}` : undefined;
}

function holdsSomething(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}
