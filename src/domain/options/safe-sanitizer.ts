import type { KeySanitizer } from '../../ports/key-sanitizer';
import type { Logger } from '../../ports/logger';
import { CacheError, hasCode } from '../cache-error';
import { logOnce } from '../shared/log-once';

/** Begins the names of stored HTTP responses. The default sanitizer escapes `%`, and a name of another sanitizer must not begin with it. */
export const responseMark = '%response:';

/** Characters that break a line, a terminal or an encoding. */
const unsafe = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * A sanitizer that throws an error of another class, or returns anything but a name, has failed, which is logged once. A `CacheError` refuses a key, and is
 * passed on. A promise would have the same text for every key, and one caller would get the value of another.
 */
export function safeSanitizer(sanitizer: KeySanitizer, logger: Logger): KeySanitizer {
  const log = logOnce((message) => logger.error(message));
  const failed = (how: string, cause?: unknown): CacheError => {
    log(`the key sanitizer ${how}`);
    return new CacheError('CACHE_SANITIZER_FAILED', `key: the key sanitizer ${how}`, { cause });
  };
  const sanitized = (key: string): unknown => {
    try {
      return sanitizer.sanitize(key);
    } catch (error) {
      throw error instanceof CacheError ? error : failed('threw', error);
    }
  };
  return {
    sanitize(key: string): string {
      const name = sanitized(key);
      if (typeof name !== 'string') throw failed(`gave no string, but ${kindOf(name)}`);
      if (name === '') throw failed('gave an empty string');
      if (name.startsWith(responseMark)) throw failed(`gave a name that begins with ${responseMark}, which is reserved`);
      if (unsafe.test(name)) throw failed('left control characters or half of a character');
      return name;
    },
  };
}

export function hasSanitizerFailed(error: unknown): boolean {
  return hasCode(error, 'CACHE_SANITIZER_FAILED');
}

function kindOf(value: unknown): string {
  return value instanceof Promise ? 'a promise' : String(value === null ? value : typeof value);
}
