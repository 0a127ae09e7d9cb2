import { createHash } from 'node:crypto';
import type { HttpExchange } from './http-exchange';
import type { HeaderValue } from './stored-response';

/**
 * Weak, since compression and the like may change the bytes. `undefined` for a body that is no text, and for one that holds instances of classes:
 * whoever serialises them after us may leave out what the tag would tell to those who guess.
 */
export function entityTag(body: unknown): string | undefined {
  const text = isPlain(body) ? textOf(body) : undefined;
  return text === undefined ? undefined : `W/"${createHash('sha256').update(text).digest('base64url')}"`;
}

/** Whether who asks already has what the tag is of (RFC 9110 13.1.2). */
export function isKnownToClient({ request }: HttpExchange, tag: HeaderValue): boolean {
  const named = request.headers['if-none-match'];
  if (named === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  return named === '*' || opaque(String(named)).includes(opaque(String(tag))[0] ?? '');
}

function opaque(tags: string): readonly string[] {
  return tags.match(/"[^"]*"/g) ?? [];
}

/** Whether nothing but plain data is in it. */
function isPlain(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array || body instanceof Date) return true;
  if (Array.isArray(body)) return body.every(isPlain);
  const prototype: unknown = Object.getPrototypeOf(body);
  return (prototype === null || prototype === Object.prototype) && Object.values(body).every(isPlain);
}

function textOf(body: unknown): string | Uint8Array | undefined {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}
