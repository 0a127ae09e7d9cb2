import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** Set by Express, Fastify, Nest and their parsers of bodies, cookies and files. Headers and cookies are checked elsewhere. */
const platformFields =
  'res next baseUrl originalUrl params route body query url method protocol secure ip ips host hosts hostname port subdomains path fresh stale xhr ' +
  'app secret cookies signedCookies rawBody raw server file files headers versions is404 id log validationError routeOptions domain signal mediaType ' +
  'authority scheme stream';

/** Fields of a response that are set by Node, Express and Fastify besides those that every response of Node has. */
const responseFields = 'req res request raw app locals log server charset statusCode statusMessage context routeOptions elapsedTime sent';

/** Set by middleware for request ids, logs, timing, rate limits and security headers: the response does not depend on them. */
const anonymousFields =
  'requestId reqId correlationId traceId spanId transactionId logger allLogs startTime startedAt startAt receivedAt timestamp rateLimit ' +
  'nonce cspNonce useragent timedout clearTimeout isSpider';

/** Methods that Passport adds to every request. */
const passportFields = 'login logIn logout logOut isAuthenticated isUnauthenticated _sessionManager';

/** The language of the request, and functions that translate into it. */
export const localeFields: ReadonlySet<string> = new Set(
  (
    'i18n i18nLang i18nContext i18nService language languages lng lang locale locales resolvedLanguage t __ __n __l __h __mf ' +
    'getLocale setLocale getLocales getCatalog getFixedT exists'
  ).split(' '),
);

/** Descriptions of symbols that Node sets when it reads headers, and of its HTTP/2 requests. */
const nodeSymbols = 'kHeadersDistinct kTrailersDistinct headers rawHeaders trailers rawTrailers state stream aborted';

/** Symbols of Fastify, of Express' router, of Node and of tracing. */
const platformSymbol = /^(?:fastify|nest|middie|router|nodejs|opentelemetry|otel|datadog|newrelic|elastic|sentry)\b/i;

interface KnownKeys {
  readonly names: ReadonlySet<string>;
  /** Descriptions of symbols. */
  readonly symbols: ReadonlySet<string>;
  /** Names of the fields of a response. */
  readonly ofResponses: ReadonlySet<string>;
}

let known: KnownKeys | undefined;

/** Made on first use: the fields set by Node differ between its versions. */
function knownKeys(): KnownKeys {
  return (known ??= findKnownKeys());
}

function findKnownKeys(): KnownKeys {
  const message = new IncomingMessage(new Socket());
  const ofNode = allKeys(message);
  return {
    names: new Set([
      ...ofNode.filter((key) => typeof key === 'string'),
      ...`${platformFields} ${anonymousFields} ${passportFields}`.split(' '),
    ]),
    symbols: new Set([
      ...ofNode.filter((key) => typeof key === 'symbol').map(({ description = '' }) => description),
      ...`${nodeSymbols} ${anonymousFields}`.split(' '),
    ]),
    ofResponses: new Set([
      ...allKeys(new ServerResponse(message)).filter((key) => typeof key === 'string'),
      ...`${responseFields} ${anonymousFields}`.split(' '),
    ]),
  };
}

function allKeys(given: object): (string | symbol)[] {
  const keys: (string | symbol)[] = [];
  for (let object: object | null = given; object !== null; object = Object.getPrototypeOf(object) as object | null)
    keys.push(...Reflect.ownKeys(object));
  return keys;
}

/** Whether a field of a request is set by the platform, or by middleware that does not identify the caller. */
export function isKnownField(name: string): boolean {
  return knownKeys().names.has(name);
}

/** As for fields; an identity word in the description is looked for elsewhere. */
export function isKnownSymbol(description: string): boolean {
  return knownKeys().symbols.has(description);
}

export function isPlatformSymbol(description: string): boolean {
  return platformSymbol.test(description);
}

/** As {@link isKnownField}, of a response. */
export function isKnownResponseField(name: string): boolean {
  return knownKeys().ofResponses.has(name);
}
