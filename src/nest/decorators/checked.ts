import { type Check, parseOptions } from '../../domain/options/option-checks';

/**
 * Checks the argument of a decorator and returns it unchanged. A mistake fails where the class is declared, instead of leaving a route uncached.
 * @param decorator - for the error
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function checkDecorator<T>(decorator: string, given: T, check: Check<unknown>): T {
  parseOptions(decorator, check, given);
  return given;
}
