import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { CacheError } from '../../domain/cache-error';
import { type Check, parseOptions, shape } from '../../domain/options/option-checks';
import type { KeySanitizer } from '../../ports/sanitized-key';
import { secretKeyFrom, type KeyMaterial } from '../crypto/key-material';

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

const options = shape<{ secret: KeyObject }>({ secret: secretField });

/**
 * A {@link KeySanitizer} for keys that hold personal data: replaces a key by its HMAC-SHA-256, in L2, on the bus, in logs and in events. A plain
 * hash can be reversed by hashing likely keys; an HMAC cannot without the secret. Takes some microseconds on every call.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function hmacSanitizer(given: HmacSanitizerOptions): KeySanitizer {
  const checked = parseOptions('hmacSanitizer', options, given);
  const key = keyFor(checked.secret);
  return { sanitize: (text: unknown) => `~${createHmac('sha256', key).update(keyText(text), 'utf16le').digest('hex')}` };
}

/** A derived key, in case the application uses the same secret for a cipher. */
function keyFor(secret: KeyObject): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'tiercel key names', 32)));
}

function keyText(key: unknown): string {
  if (typeof key === 'string' && key !== '') return key;
  throw new CacheError('CACHE_KEY_INVALID', `key: expected a string that is not empty, got ${key === '' ? 'an empty one' : typeof key}`);
}
