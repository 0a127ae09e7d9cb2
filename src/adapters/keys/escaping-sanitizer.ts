import { createHash } from 'node:crypto';

import { CacheError } from '../../domain/cache-error';
import type { KeySanitizer } from '../../ports/key-sanitizer';

/** UTF-8 bytes of a key as it is sent; a longer one is hashed. */
const longestKeyBytes = 512;
const readablePrefixLength = 64;

/** Anything but printable ASCII that stands for itself. */
const unusual = /[^!-$&-z|]/;

/**
 * `%` begins an escape and `~` a hash; braces would make a cluster hash tag; a space ends a word in logs; controls, line separators and
 * bidirectional marks forge log lines or hide what a key says; lone surrogates all become one and the same character on the wire.
 */
const escapable = /[%~{} \p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF\p{Cs}]/gu;

/** Half an escape, or half a surrogate pair, where the prefix was cut. */
const halfAtEnd = /(?:%(?:u[\dA-F]{0,3}|[\dA-F]?)|[\uD800-\uDBFF])$/;

/**
 * The default {@link KeySanitizer}: keeps what is harmless, escapes the rest as `%XX` or `%uXXXX`, and hashes what is then longer than
 * 512 bytes. Text is not normalised: two spellings of `é` are two keys. The empty key is refused with `CACHE_KEY_INVALID`.
 */
export function escapingSanitizer(): KeySanitizer {
  return { sanitize: (key: unknown) => (isPlain(key) ? key : encode(key)) };
}

/** On the path of every call: most keys are plain, and stay the very same string. */
function isPlain(key: unknown): key is string {
  return typeof key === 'string' && key.length > 0 && key.length <= longestKeyBytes && !unusual.test(key);
}

function encode(key: unknown): string {
  if (typeof key !== 'string' || key === '') throw invalid(key);
  if (key.length > longestKeyBytes) return hash(key);
  const escaped = key.replace(escapable, escapeOne);
  return Buffer.byteLength(escaped) <= longestKeyBytes ? escaped : hash(key);
}

function invalid(key: unknown): CacheError {
  return new CacheError('CACHE_KEY_INVALID', `key: expected a string that is not empty, got ${key === '' ? 'an empty one' : typeof key}`);
}

function escapeOne(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).toUpperCase();
  return code < 0x100 ? `%${hex.padStart(2, '0')}` : `%u${hex.padStart(4, '0')}`;
}

/** UTF-16, because UTF-8 makes one replacement character of every lone surrogate, and so one hash of two keys. */
function hash(key: string): string {
  return `${readablePrefix(key)}~${createHash('sha256').update(key, 'utf16le').digest('hex')}`;
}

function readablePrefix(key: string): string {
  const escaped = key.slice(0, readablePrefixLength).replace(escapable, escapeOne);
  return escaped.slice(0, readablePrefixLength).replace(halfAtEnd, '');
}
