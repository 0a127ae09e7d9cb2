import { isNamespace, namespaceRule } from '../../domain/cache-keys';
import { lifeFields } from '../../domain/life-checks';
import { invalidOptions } from '../../domain/normalize-options';
import { check, flag, optional, shape, type Check, type OptionProblem } from '../../domain/option-checks';
import type { AnyFunction } from './method-types';

const text = check('a string that is not empty', (given) => (typeof given === 'string' && given !== '' ? given : undefined));

const texts = check('an array of strings', (given) =>
  Array.isArray(given) && given.every((one) => typeof one === 'string') ? (given as readonly string[]) : undefined,
);

const fn = check('a function', (given) => (typeof given === 'function' ? (given as AnyFunction) : undefined));

/** A fixed value, or a function of the call. */
function orFunction<T>(inner: Check<T>): Check<T | AnyFunction> {
  return (given, door) => (typeof given === 'function' ? (given as AnyFunction) : inner(given, door));
}

export const placeFields = {
  cache: optional(text, undefined),
  namespace: optional(
    check(namespaceRule, (given) => (isNamespace(given) ? given : undefined)),
    undefined,
  ),
};

export const requiredKeyField = check('a key: a string, or a function of the arguments', (given) =>
  typeof given === 'function' || (typeof given === 'string' && given !== '') ? given : undefined,
);
export const keyField = optional(requiredKeyField, undefined);
export const keysField = optional(orFunction(texts), undefined);
export const functionField = optional(fn, undefined);
export const flagField = optional(flag, undefined);

/** What may be said of the entries of one method. */
export const entryFields = {
  ...lifeFields,
  ttl: optional(orFunction(lifeFields.ttl), undefined),
  tags: optional(orFunction(texts), undefined),
};

/** What the options of one decorator may be. */
export interface OptionRules<T> {
  readonly fields: { readonly [K in keyof T]: Check<T[K]> };
  /** Looks at options that are right in themselves. */
  readonly contradictions?: (options: Readonly<T>) => readonly OptionProblem[];
}

const none = (): readonly OptionProblem[] => [];

/**
 * @param where - decorator, class and method, for the error
 * @throws CacheError `CACHE_OPTION_INVALID`, with all problems in one message
 */
export function checkOptions<T extends object>(where: string, { fields, contradictions = none }: OptionRules<T>, given: unknown): void {
  const problems: OptionProblem[] = [];
  const options = shape<T>(fields)(given, { path: '', problems });
  if (problems.length === 0) problems.push(...contradictions(options));
  if (problems.length > 0) throw invalidOptions(where, problems);
}
