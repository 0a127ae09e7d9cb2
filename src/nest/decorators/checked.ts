import { type Check, parseOptions } from '../../domain/options/option-checks';

/**
 * What a decorator was given, as it is, once it is known to be right: a slip shows where the class is declared, and not as a route without a cache.
 * @param decorator - for the error
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function checkDecorator<T>(decorator: string, given: T, check: Check<unknown>): T {
  parseOptions(decorator, check, given);
  return given;
}
