import type { ServerResponse } from 'node:http';

export type HeaderValue = string | number | readonly string[];

/** A response as it was at one moment. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, HeaderValue | undefined>>;
}

/** A response whose headers can be changed. */
export interface OpenResponse {
  header(name: string): HeaderValue | undefined;
  setHeader(name: string, value: HeaderValue): void;
}

/** Headers of one connection or one message (RFC 9110), and headers that name or measure one request: not stored. */
const ofOneMessage: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'http2-settings', 'content-length', 'date', 'retry-after', 'authentication-info', 'proxy-authentication-info'],
  ...['cache-status', 'x-cache', 'server-timing', 'x-runtime', 'x-response-time', 'traceparent', 'tracestate', 'traceresponse', 'b3'],
  ...['request-id', 'x-request-id', 'correlation-id', 'x-correlation-id', 'trace-id', 'x-trace-id', 'x-amzn-trace-id', 'x-amzn-requestid'],
  ...['x-amz-request-id', 'x-cloud-trace-context'],
]);

const ofOneMessageFamily = /^(?:(?:x-)?rate-?limit(?:-|$)|x-b3-|cf-ray$)|(?:^|-)(?:request|req|correlation|trace|transaction|span)-?id$/;

/**
 * Whole words in the names of headers that make a response private to one client, or valid once: credentials, tokens, cookies, nonces. The plural does
 * not count: `X-Total-Tokens` is a number.
 */
const privateWords =
  /(?:^|[-_.])(?:set-?cookie2?|cookie|clear-site-data|[a-z]*token|[a-z]*nonce|[a-z]*jwt|[cx]srf|[a-z]*authorization|auth|bearer|api-?key|[a-z]*secret|credentials?|password|otp|session(?:-?id)?|sid)(?:$|[-_.])/;

/** With such a word, and about all clients. */
const publicHeaders = /^(?:access-control-|www-authenticate$)/;

const proxyCommand = /^(?:x-accel-|x-send-?file|x-lighttpd-send|x-litespeed-|x-reproxy-|x-archive-)/;

/** Servers and clients accept 16 KiB by default, for all headers of a message. */
const limits = { count: 100, characters: 16_384 };

const headerName = /^[!#$%&'*+.^_`|~\da-z-]+$/;

const headerValue = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

/** The first header that forbids storing a response; `undefined` if none does. Commands to a proxy count only if the handler set them. */
export function unstorableHeader(before: ResponseHead, { headers }: ResponseHead): string | undefined {
  const names = Object.keys(headers).filter((name) => headers[name] !== undefined);
  return names.find((name) => isPrivate(name) || (proxyCommand.test(name) && isChanged(name, before, headers)));
}

/** Whether a header makes a response private to one client. */
function isPrivate(name: string): boolean {
  return privateWords.test(name) && !publicHeaders.test(name) && !ofOneMessage.has(name);
}

function isChanged(name: string, before: ResponseHead, headers: ResponseHead['headers']): boolean {
  return String(headers[name]) !== String(before.headers[name]);
}

/** Whether a header is part of a stored response. */
function isReplayable(name: string): boolean {
  return !ofOneMessage.has(name) && !ofOneMessageFamily.test(name) && !isPrivate(name) && !proxyCommand.test(name);
}

/** Whether headers, by names in lower case, can be sent again as they are. */
export function areReplayable(headers: Readonly<Record<string, unknown>>): boolean {
  const all = Object.entries(headers);
  if (all.length > limits.count) return false;
  const characters = all.reduce((sum, [name, value]) => sum + name.length + String(value).length, 0);
  return characters <= limits.characters && all.every(([name, value]) => headerName.test(name) && isReplayable(name) && isValue(value));
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string' && headerValue.test(one));
  return typeof value === 'string' ? headerValue.test(value) : typeof value === 'number' && Number.isFinite(value);
}

/** The headers that a handler set: those present before it ran are set by middleware for every request. */
export function handlerHeaders(before: ResponseHead, after: ResponseHead): Readonly<Record<string, HeaderValue>> {
  const ofConnection = membersOf(after.headers['connection']);
  const changed: Record<string, HeaderValue> = {};
  for (const [name, value] of Object.entries(after.headers)) {
    if (value === undefined || !isChanged(name, before, after.headers)) continue;
    if (isReplayable(name) && !ofConnection.includes(name)) changed[name] = value;
  }
  return changed;
}

/** The members of a list header, in lower case. */
export function membersOf(value: HeaderValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return String(value)
    .split(',')
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '');
}

/** Adds missing names to `Vary`. */
export function addVary(response: OpenResponse, names: readonly string[]): void {
  if (names.length === 0) return;
  const present = membersOf(response.header('vary'));
  const missing = names.filter((name) => !present.includes(name) && !present.includes('*'));
  if (missing.length > 0) response.setHeader('Vary', [...present, ...missing].join(', '));
}

/**
 * Replaces the head of a sent response by one in memory. A handler that runs again in the background may then set headers, which Node would refuse
 * after sending, and they can be read afterwards.
 * @param onSend - called if something is sent through the response again
 */
export function detachHead(node: ServerResponse, initial: ResponseHead['headers'], onSend: () => void): void {
  const head = new Map<string, HeaderValue>();
  const set = (name: string, value: HeaderValue | undefined): ServerResponse => {
    if (value !== undefined) head.set(name.toLowerCase(), value);
    return node;
  };
  const ignore = (): ServerResponse => {
    onSend();
    return node;
  };
  for (const [name, value] of Object.entries(initial)) set(name, value);
  Object.assign(node, {
    setHeader: set,
    setHeaders: (headers: Iterable<readonly [string, HeaderValue]>) => {
      for (const [name, value] of headers) set(name, value);
      return node;
    },
    appendHeader: (name: string, value: string | readonly string[]) =>
      set(name, [head.get(name.toLowerCase()) ?? [], value].flat().map(String)),
    getHeader: (name: string) => head.get(name.toLowerCase()),
    getHeaders: () => Object.fromEntries(head),
    getHeaderNames: () => [...head.keys()],
    hasHeader: (name: string) => head.has(name.toLowerCase()),
    removeHeader: (name: string) => head.delete(name.toLowerCase()),
    writeHead: ignore,
    write: ignore,
    end: ignore,
  });
}
