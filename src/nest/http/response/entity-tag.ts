import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { HttpExchange, HttpRequest } from './http-exchange';
import type { HeaderValue } from './response-headers';

const [ok, notModified] = [200, 304];

/** Headers that describe a body: removed from a response without one. */
const ofBody: readonly string[] = ['content-type', 'content-length', 'content-encoding', 'transfer-encoding'];

type Write = (...given: unknown[]) => unknown;

/** Methods of Node, with all their overloads. */
interface Sender {
  write: Write;
  end: Write;
  writeHead: Write;
}

/**
 * Tags a response with a hash of the sent bytes, and answers 304 if the client has them. A hash of the returned value would reveal fields that
 * outer interceptors remove, and would be the same for every language that they translate the value into.
 */
export function tagWhenSent({ node, request }: HttpExchange): void {
  const sender = node as unknown as Sender;
  const { end, write, writeHead } = sender;
  const restore = (): void => void Object.assign(sender, { end, write, writeHead });
  // Fastify writes the head first: keep it until the body is known.
  sender.writeHead = (...given) => {
    if (setHead(node, given)) return node;
    restore();
    return writeHead.apply(node, given);
  };
  sender.write = (...given) => {
    restore();
    return write.apply(node, given);
  };
  sender.end = (...given) => {
    restore();
    if (!becomesNotModified(node, request, given[0])) return end.apply(node, given);
    return end.call(node);
  };
}

/** @returns whether the head could be set without sending it */
function setHead(node: ServerResponse, [status, ...rest]: readonly unknown[]): boolean {
  const [headers] = rest;
  if (typeof status !== 'number' || rest.length > 1 || Array.isArray(headers) || typeof headers === 'string') return false;
  node.statusCode = status;
  for (const [name, value] of Object.entries((headers ?? {}) as Record<string, HeaderValue | undefined>)) {
    if (value !== undefined) node.setHeader(name, value);
  }
  return true;
}

function becomesNotModified(node: ServerResponse, request: HttpRequest, body: unknown): boolean {
  if (node.headersSent || node.statusCode !== ok) return false;
  if (!node.hasHeader('etag') && (typeof body === 'string' || body instanceof Uint8Array)) node.setHeader('ETag', tagOf(body));
  const tag = node.getHeader('etag');
  if (tag === undefined || !isKnownToClient(request, tag)) return false;
  node.statusCode = notModified;
  for (const name of ofBody) node.removeHeader(name);
  return true;
}

/** Weak, because compression and the like may change the bytes. */
function tagOf(body: string | Uint8Array): string {
  return `W/"${createHash('sha256').update(body).digest('base64url')}"`;
}

/** Whether the client already has the version that the tag names (RFC 9110 13.1.2). */
function isKnownToClient({ headers, method }: HttpRequest, tag: HeaderValue): boolean {
  const named = headers['if-none-match'];
  if (named === undefined || (method !== 'GET' && method !== 'HEAD')) return false;
  return named === '*' || opaque(String(named)).includes(opaque(String(tag))[0] ?? '');
}

function opaque(tags: string): readonly string[] {
  return tags.match(/"[^"]*"/g) ?? [];
}
