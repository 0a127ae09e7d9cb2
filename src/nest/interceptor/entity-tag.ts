import { createHash } from 'node:crypto';
import type { HttpExchange } from './http-exchange';
import type { HeaderValue } from './stored-answer';

/** Weak, since compression and the like may change the bytes. `undefined` for a body that is no text. */
export function entityTag(body: unknown): string | undefined {
  const text = textOf(body);
  return text === undefined ? undefined : `W/"${createHash('sha256').update(text).digest('base64url')}"`;
}

/** Whether who asks already has what the tag is of (RFC 9110 13.1.2). */
export function isKnown({ request }: HttpExchange, tag: HeaderValue): boolean {
  const named = request.headers['if-none-match'];
  if (named === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  return named === '*' || opaque(String(named)).includes(opaque(String(tag))[0] ?? '');
}

function opaque(tags: string): readonly string[] {
  return tags.match(/"[^"]*"/g) ?? [];
}

function textOf(body: unknown): string | Uint8Array | undefined {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}
