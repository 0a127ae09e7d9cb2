import { createHash, type KeyObject, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { CacheError } from '../../domain/cache-error';
import { type Check, shape, parseOptions, check } from '../../domain/options/option-checks';
import type { KeySanitizer } from '../../ports/sanitized-key';
import { type KeyMaterial, secretKeyFrom } from '../crypto/secret-keys';

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

export interface HmacSanitizerOptions {
  /** 32 random bytes: a `Buffer`, a `KeyObject`, or a string in base64 or hex. Another secret gives other keys, so all stored entries become unreachable. */
  readonly secret: KeyMaterial;
}

const secretField: Check<KeyObject> = (given, { path, problems }) => {
  const made = secretKeyFrom(given);
  if (typeof made !== 'string') return made;
  problems.push({ path, expected: 'a secret of 32 random bytes: a Buffer, a KeyObject, base64 or hex', given: made });
  return undefined as never;
};

const hmacOptions = shape<{ secret: KeyObject }>({ secret: secretField });

/**
 * A {@link KeySanitizer} for keys that hold personal data: replaces a key by its HMAC-SHA-256, in L2, on the bus, in logs and in events. A plain
 * hash can be reversed by hashing likely keys; an HMAC cannot without the secret. Takes some microseconds on every call.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function hmacSanitizer(given: HmacSanitizerOptions): KeySanitizer {
  const checked = parseOptions('hmacSanitizer', hmacOptions, given);
  const key = keyFor(checked.secret);
  return { sanitize: (text: unknown) => `~${createHmac('sha256', key).update(keyText(text), 'utf16le').digest('hex')}` };
}

/** A derived key, in case the application uses the same secret for a cipher. */
function keyFor(secret: KeyObject): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'tiercel key names', 32)));
}

function keyText(key: unknown): string {
  if (typeof key === 'string' && key !== '') return key;
  throw invalid(key);
}

export interface StrictSanitizerOptions {
  /** The whole key has to match; the flags `g`, `m` and `y` are ignored. Runs on every call: keep it simple. */
  readonly allow: RegExp;
}

const strictOptions = shape<{ allow: RegExp }>({
  allow: check('allow, a regular expression', (given) => (given instanceof RegExp ? given : undefined)),
});

/**
 * A {@link KeySanitizer} that changes no key. It refuses, with `CACHE_KEY_INVALID`, a key that does not match, is longer than 512 bytes, or has
 * characters that {@link escapingSanitizer} would escape, whatever the expression allows.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function strictSanitizer(given: StrictSanitizerOptions): KeySanitizer {
  const checked = parseOptions('strictSanitizer', strictOptions, given);
  const whole = new RegExp(`^(?:${checked.allow.source})$`, checked.allow.flags.replace(/[gmy]/g, ''));
  const escaping = escapingSanitizer();
  return {
    sanitize: (key) => {
      // The cheap, bounded check first: an expression may take long for a long key.
      if (escaping.sanitize(key) === key && whole.test(key)) return key;
      throw new CacheError('CACHE_KEY_INVALID', 'key: expected one that the strict sanitizer allows, got another');
    },
  };
}
