import type { KeySanitizer } from '../ports/key-sanitizer';
import type { Logger } from '../ports/logger';
import { CacheError } from './errors/cache-error';

/** A sanitizer that throws something of its own has failed, and is named once; one that refuses a key with a `CacheError` does its work. */
export function guardedSanitizer(sanitizer: KeySanitizer, logger: Logger): KeySanitizer {
  let said = false;
  const complain = (): void => {
    if (!said) logger.error('the key sanitizer threw (this is said once)');
    said = true;
  };
  return {
    sanitize(key: string): string {
      try {
        return sanitizer.sanitize(key);
      } catch (error) {
        if (error instanceof CacheError) throw error;
        complain();
        throw new CacheError('CACHE_SANITIZER_FAILED', 'key: the key sanitizer threw', { cause: error });
      }
    },
  };
}

export function hasSanitizerFailed(error: unknown): boolean {
  return error instanceof CacheError && error.code === 'CACHE_SANITIZER_FAILED';
}
