import { CacheError } from '../../domain/cache-error';
import { check, parseOptions, shape } from '../../domain/options/option-checks';
import type { KeySanitizer } from '../../ports/sanitized-key';
import { escapingSanitizer } from './escaping-sanitizer';

export interface StrictSanitizerOptions {
  /** The whole key has to match; the flags `g`, `m` and `y` are ignored. Runs on every call: keep it simple. */
  readonly allow: RegExp;
}

const options = shape<{ allow: RegExp }>({
  allow: check('allow, a regular expression', (given) => (given instanceof RegExp ? given : undefined)),
});

/**
 * A {@link KeySanitizer} that changes no key. It refuses, with `CACHE_KEY_INVALID`, a key that does not match, is longer than 512 bytes, or has
 * characters that {@link escapingSanitizer} would escape, whatever the expression allows.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function strictSanitizer(given: StrictSanitizerOptions): KeySanitizer {
  const checked = parseOptions('strictSanitizer', options, given);
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
