import { createHash } from 'node:crypto';
import { CacheError } from '../../domain/cache-error';
import type { KeySanitizer } from '../../ports/sanitized-key';

/** UTF-8 bytes of a key after escaping; a longer key is hashed. */
const maxKeyBytes = 512;
const readablePrefixLength = 64;

/** Anything but printable ASCII that needs no escape. */
const unusual = /[^!-$&-z|]/;

/**
 * `%` begins an escape and `~` a hash; braces make a cluster hash tag; a space ends a word in logs; controls, line separators and bidirectional
 * marks forge log lines or disguise a key; UTF-8 encodes every lone surrogate as the same character.
 */
const escapable = /[%~{} \p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF\p{Cs}]/gu;

/** Half an escape or half a surrogate pair at the cut of the prefix. */
const halfAtEnd = /(?:%(?:u[\dA-F]{0,3}|[\dA-F]?)|[\uD800-\uDBFF])$/;

/**
 * The default {@link KeySanitizer}: escapes special characters as `%XX` or `%uXXXX`, and hashes a key that is then longer than 512 bytes.
 * Text is not normalised: two spellings of `é` are two keys. The empty key is refused with `CACHE_KEY_INVALID`.
 */
export function escapingSanitizer(): KeySanitizer {
  return { sanitize: (key: unknown) => (isPlain(key) ? key : encode(key)) };
}

/** Runs for every call: most keys are plain, and are returned as the same string. */
function isPlain(key: unknown): key is string {
  return typeof key === 'string' && key.length > 0 && key.length <= maxKeyBytes && !unusual.test(key);
}

function encode(key: unknown): string {
  if (typeof key !== 'string' || key === '') throw invalid(key);
  if (key.length > maxKeyBytes) return hash(key);
  const escaped = key.replace(escapable, escapeOne);
  return Buffer.byteLength(escaped) <= maxKeyBytes ? escaped : hash(key);
}

function invalid(key: unknown): CacheError {
  return new CacheError('CACHE_KEY_INVALID', `key: expected a string that is not empty, got ${key === '' ? 'an empty one' : typeof key}`);
}

function escapeOne(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).toUpperCase();
  return code < 0x100 ? `%${hex.padStart(2, '0')}` : `%u${hex.padStart(4, '0')}`;
}

/** UTF-16: UTF-8 encodes every lone surrogate as the replacement character, so two keys would have one hash. */
function hash(key: string): string {
  const name = `${readablePrefix(key)}~${createHash('sha256').update(key, 'utf16le').digest('hex')}`;
  // A copy: the prefix is a slice, which keeps the whole key alive.
  return Buffer.from(name).toString();
}

function readablePrefix(key: string): string {
  const escaped = key.slice(0, readablePrefixLength).replace(escapable, escapeOne);
  return escaped.slice(0, readablePrefixLength).replace(halfAtEnd, '');
}
