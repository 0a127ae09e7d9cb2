import { invalidOptions } from '../../domain/options/normalize-options';
import type { Check, OptionProblem } from '../../domain/options/option-checks';

/**
 * What a decorator was given, as it is, once it is known to be right: a slip shows where the class is declared, and not as a route without a cache.
 * @param decorator - for the error
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function checked<T>(decorator: string, given: T, check: Check<unknown>): T {
  const problems: OptionProblem[] = [];
  check(given, { path: '', problems });
  if (problems.length > 0) throw invalidOptions(decorator, problems);
  return given;
}
