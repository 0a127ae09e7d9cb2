import { deepFreeze } from '../../../domain/l1/isolated-local-store';
import type { StandardSchema } from '../../../domain/options/standard-schema';
import type { RouteConfig } from '../route/route-config';
import { type HeaderValue, areReplayable } from './response-headers';

/** A whole response: body, status and headers. */
export interface StoredResponse {
  readonly body: unknown;
  /** `undefined` for the status of the route. */
  readonly status: number | undefined;
  /** The headers that the handler set, by names in lower case. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
}

/** Marks a stored value that is more than a body. */
const tag = 'tiercel:answer';

/** Version of the envelope. Changes if an older envelope could be misread. */
const layout = 1;

const noHeaders: StoredResponse['headers'] = {};

/** Statuses of stored responses; 201 only if it is the status of the route. */
const storableStatuses: ReadonlySet<unknown> = new Set([200, 203, 204, 301, 404, 410]);

export const created = 201;

export function isStorableStatus(status: unknown): boolean {
  return storableStatuses.has(status);
}

/**
 * The value to store for a response: the body alone if there is nothing else to store.
 *
 * A body that is an envelope, or that a serialiser could turn into one (`toJSON`, instances of classes), is put into an envelope. So no body is
 * ever read as a status or as headers.
 */
export function pack({ body, status, headers }: StoredResponse): unknown {
  const isBodyOnly = status === undefined && Object.keys(headers).length === 0;
  return isBodyOnly && isNeverEnvelope(body) ? body : { [tag]: layout, body, status, headers };
}

export function packBody(body: unknown): unknown {
  return pack({ body, status: undefined, headers: noHeaders });
}

export function unpack(stored: unknown): StoredResponse {
  return isEnvelope(stored) ? stored : { body: stored, status: undefined, headers: noHeaders };
}

type SentAs = Pick<RouteConfig, 'redirectStatus' | 'isRendered'>;

/** Whether Nest sends a redirection or a rendered page in place of the body. */
export function sendsSomethingElse({ isRendered, redirectStatus }: SentAs): boolean {
  return isRendered || redirectStatus !== undefined;
}

const asItIs = schemaOf(
  (stored) => isSendable(unpack(stored).body) && (isBody(stored) || (isSound(stored) && fitsContentType(stored.body, stored.headers))),
);

const rendered = schemaOf((stored) => isBody(stored) || isSound(stored));

const redirected = schemaOf((stored) => (isBody(stored) || isSound(stored)) && isRedirection(unpack(stored).body));

/** Accepts the envelopes of {@link pack}. L2 is not trusted: any other envelope is a miss, and deleted. */
export function storedResponseSchema({ isRendered, redirectStatus }: SentAs): StandardSchema {
  if (redirectStatus !== undefined) return redirected;
  return isRendered ? rendered : asItIs;
}

/** The fields of the body that Nest reads on a route with `@Redirect()`. */
function isRedirection(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return true;
  const { statusCode, url } = body as { readonly statusCode?: unknown; readonly url?: unknown };
  return (statusCode === undefined || isStorableStatus(statusCode)) && (url === undefined || areReplayable({ location: url }));
}

const contentType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\t ]*(?:;|$)/;

/** Whether a body can be sent under a content type: text under any of them, other values as JSON alone. */
export function fitsContentType(body: unknown, headers: Readonly<Record<string, unknown>>): boolean {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = 'application/json' } = headers;
  if (typeof type !== 'string' || !contentType.test(type)) return false;
  if (body === null || body instanceof Uint8Array) return true;
  return encoding === 'identity' && (typeof body === 'string' || /json/i.test(type));
}

/** Whether JSON can hold a body: a `bigint` anywhere in it would make the platform fail. */
function isSendable(body: unknown, depth = 0): boolean {
  if (typeof body === 'bigint' || depth > maxDepth) return false;
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return true;
  return Object.values(body).every((part) => isSendable(part, depth + 1));
}

type Envelope = StoredResponse & { readonly [tag]: typeof layout };

function isEnvelope(value: unknown): value is Envelope {
  return typeof value === 'object' && value !== null && (value as Readonly<Record<string, unknown>>)[tag] === layout;
}

/** Whether a stored value is a body alone. An object with the tag of another layout is none: a newer version of this package has written it. */
function isBody(stored: unknown): boolean {
  return typeof stored !== 'object' || stored === null || !(tag in stored);
}

function isNeverEnvelope(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return true;
  const prototype: unknown = Object.getPrototypeOf(body);
  const isPlain = prototype === null || prototype === Object.prototype || prototype === Array.prototype;
  return isPlain && !(tag in body) && !('toJSON' in body);
}

function isSound(envelope: unknown): envelope is Envelope {
  if (!isEnvelope(envelope)) return false;
  const { headers, status } = envelope as { readonly [K in keyof Envelope]: unknown };
  if (!('body' in envelope) || typeof headers !== 'object' || headers === null || Array.isArray(headers)) return false;
  const hasStatus = status === undefined || status === created || isStorableStatus(status);
  return hasStatus && areReplayable(headers as Record<string, unknown>);
}

function schemaOf(accepts: (stored: unknown) => boolean): StandardSchema {
  const validate = (value: unknown): object => (accepts(value) ? { value } : { issues: [{ message: 'not a stored response' }] });
  return { '~standard': { version: 1, vendor: 'tiercel', validate } };
}

/** The limit of the depth; it also ends cycles. */
const maxDepth = 100;

/**
 * A frozen copy of a body of plain data, unless `NODE_ENV` is `'production'`. So an interceptor that changes a body fails at once, instead of
 * changing the responses of later callers. It is a copy, because the handler's object may be state of the application. Other bodies are returned as
 * they are.
 */
export function frozenInDevelopment(body: unknown): unknown {
  return process.env['NODE_ENV'] === 'production' || !isPlainData(body) ? body : deepFreeze(structuredClone(body));
}

/** Whether a value consists of JSON types and `undefined`. */
function isPlainData(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol';
  if (depth > maxDepth || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  return Object.values(value).every((part) => isPlainData(part, depth + 1));
}
