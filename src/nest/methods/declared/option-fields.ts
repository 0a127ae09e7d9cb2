import { tagProblem } from '../../../domain/options/call-options';
import { lifeFields } from '../../../domain/options/life-options';
import {
  type Check,
  check,
  flag,
  namespaceName,
  oneOf,
  optional,
  type OptionProblem,
  parseOptions,
  shape,
  text,
} from '../../../domain/options/option-checks';
import type { LifeOptions } from '../../../domain/options/options';
import type { AnyFunction } from './decorated-method';

export const lifeNames = Object.keys(lifeFields) as readonly LifeName[];

const texts = check('an array of strings', (given) =>
  Array.isArray(given) && given.every((one) => typeof one === 'string') ? (given as readonly string[]) : undefined,
);

const tags: Check<readonly string[]> = (given, context) => {
  const list = texts(given, context) as readonly string[] | undefined;
  const problem = list && tagProblem(list);
  if (problem !== undefined) context.problems.push({ path: context.path, ...problem });
  return list ?? [];
};

const fn = check('a function', (given) => (typeof given === 'function' ? (given as AnyFunction) : undefined));

/** A fixed value, or a function of the call. */
function orFunction<T>(inner: Check<T>): Check<T | AnyFunction> {
  return (given, context) => (typeof given === 'function' ? (given as AnyFunction) : inner(given, context));
}

export const targetFields = {
  cache: optional(text(), undefined),
  namespace: optional(namespaceName, undefined),
};

export const requiredKeyField = check('a key: a string, or a function of the arguments', (given) =>
  typeof given === 'function' || (typeof given === 'string' && given !== '') ? given : undefined,
);

export const keyField = optional(requiredKeyField, undefined);

export const keysField = optional(orFunction(texts), undefined);

export const tagsField = optional(orFunction(tags), undefined);

export const modeField = optional(oneOf('remove', 'expire'), undefined);

export const functionField = optional(fn, undefined);

export const flagField = optional(flag, undefined);

/** Options for the entries of one method. */
export const entryFields = {
  ...lifeFields,
  ttl: optional(orFunction(lifeFields.ttl), undefined),
  tags: tagsField,
};

/** The options that one decorator accepts. */
export interface OptionRules<T> {
  readonly fields: { readonly [K in keyof T]: Check<T[K]> };
  /** Finds options that are valid by themselves and contradict each other. */
  readonly contradictions?: (options: Readonly<T>) => readonly OptionProblem[];
}

const none = (): readonly OptionProblem[] => [];

/**
 * @param where - decorator, class and method, for the error
 * @throws CacheError `CACHE_OPTION_INVALID`, with all problems in one message
 */
export function checkOptions<T extends object>(where: string, { fields, contradictions = none }: OptionRules<T>, given: unknown): void {
  parseOptions(where, shape<T>(fields), given, (options, { problems }) => problems.push(...contradictions(options)));
}

type LifeName = keyof LifeOptions;

/**
 * The options of the class, overridden by those of the method.
 * @returns `undefined` where neither has any: the defaults of the cache apply
 */
export function entryOptions(
  names: readonly LifeName[],
  config: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const options: Record<string, unknown> = {};
  for (const name of [...names, 'tags']) {
    const value = fixed(name, given[name]) ?? fixed(name, config[name]);
    if (value !== undefined) options[name] = value;
  }
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Functions are called for each call and are left out here; a schema may be a function, and is a fixed value. */
function fixed(name: string, value: unknown): unknown {
  return typeof value === 'function' && name !== 'schema' ? undefined : value;
}
