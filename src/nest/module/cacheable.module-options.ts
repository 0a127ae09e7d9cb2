import type { CreateCacheOptions } from '../../create-cache';
import { isNamespace, namespaceRule } from '../../domain/options/namespace';
import { check, flag, invalidOptions, optional, shape, type OptionProblem } from '../../domain/options/option-checks';
import type { CacheRegistration } from './cacheable.module-registration';

const registrationOptions = shape<{ readonly name: string | undefined; readonly isGlobal: boolean }>({
  name: optional(
    check(namespaceRule, (given) => (isNamespace(given) ? given : undefined)),
    undefined,
  ),
  isGlobal: optional(flag, false),
});

/**
 * What a registration and its factory say together.
 * @param given - what the factory returned
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function resolveModuleOptions({ name, isGlobal }: CacheRegistration, given: unknown): CreateCacheOptions {
  const problems: OptionProblem[] = [];
  registrationOptions({ name, isGlobal }, { path: '', problems });
  const options = returned(given, problems);
  if (problems.length > 0) throw invalidOptions('CacheableModule', problems);
  return name === undefined || options.namespace !== undefined ? options : { ...options, namespace: `tiercel:${name}` };
}

const misplaced = ['name', 'isGlobal'];

function returned(given: unknown, problems: OptionProblem[]): CreateCacheOptions {
  if (typeof given !== 'object' || given === null) {
    problems.push({
      path: 'useFactory',
      expected: 'options, {} for the defaults',
      given: given === undefined || given === null ? String(given) : typeof given,
    });
    return {};
  }
  for (const path of misplaced.filter((name) => name in given)) {
    const expected = 'beside useFactory, useClass or useExisting, because Nest builds the module before it runs them';
    problems.push({ path, expected, given: 'among what they return' });
  }
  return given;
}
