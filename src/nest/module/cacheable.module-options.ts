import type { CreateCacheOptions } from '../../create-cache';
import { flag, invalidOptions, namespaceName, optional, shape, type OptionProblem } from '../../domain/options/option-checks';
import { httpCachingOptions } from '../http/http-defaults';
import type { CacheRegistration } from './cacheable.module-definition';

const registrationOptions = shape<{ readonly name: string | undefined; readonly isGlobal: boolean; readonly http: unknown }>({
  http: httpCachingOptions,
  name: optional(namespaceName, undefined),
  isGlobal: optional(flag, false),
});

/**
 * Merges the options of a registration and those of its factory.
 * @param given - the result of the factory
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function resolveModuleOptions({ name, isGlobal, http }: CacheRegistration, given: unknown): CreateCacheOptions {
  const problems: OptionProblem[] = [];
  registrationOptions({ name, isGlobal, http }, { path: '', problems });
  const options = checkReturned(given, problems);
  if (problems.length > 0) throw invalidOptions('CacheableModule', problems);
  return options;
}

const registrationNames = ['name', 'isGlobal', 'http'];

function checkReturned(given: unknown, problems: OptionProblem[]): CreateCacheOptions {
  if (typeof given !== 'object' || given === null) {
    problems.push({
      path: 'useFactory',
      expected: 'options, {} for the defaults',
      given: given === undefined || given === null ? String(given) : typeof given,
    });
    return {};
  }
  for (const path of registrationNames.filter((name) => name in given)) {
    const expected = 'beside useFactory, useClass or useExisting, because Nest builds the module before it runs them';
    problems.push({ path, expected, given: 'in the options that they return' });
  }
  return given;
}
