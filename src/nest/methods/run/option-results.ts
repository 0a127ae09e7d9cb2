import { isCompleteName } from '../../../domain/entry/complete-name';
import { longestTag, mostTags, tagProblem } from '../../../domain/options/call-options';
import type { TtlOption } from '../../../domain/options/options';
import { expectedTtl, isTtl, isPromiseLike, describeReturned } from '../../shared/returned-value';
import { warn } from '../declared/method-log';
import type { CacheableOptions } from '../declared/method-options';

/** The type that a function among the options has to return. */
export interface ResultType<T> {
  readonly expected: string;
  readonly accepts: (value: unknown) => value is T;
}

export const keyResult: ResultType<string> = { expected: 'a non-empty string', accepts: isCompleteName };

export const flagResult: ResultType<boolean> = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };

export const listResult: ResultType<readonly string[]> = {
  expected: 'an array of non-empty strings',
  accepts: (value): value is readonly string[] => Array.isArray(value) && value.every(isCompleteName),
};

const expectedTags = `non-empty strings of at most ${String(longestTag)} characters`;

/** Tags to invalidate, of any number. */
export const tagListResult: ResultType<readonly string[]> = {
  expected: `an array of ${expectedTags}`,
  accepts: (value): value is readonly string[] => listResult.accepts(value) && value.every((tag) => tag.length <= longestTag),
};

/** Tags of one entry. */
export const entryTagsResult: ResultType<readonly string[]> = {
  expected: `an array of at most ${String(mostTags)} ${expectedTags}`,
  accepts: (value): value is readonly string[] => listResult.accepts(value) && tagProblem(value) === undefined,
};

export const ttlResult: ResultType<TtlOption> = { expected: expectedTtl, accepts: isTtl };

/** Checks the results of the functions among the options of one method. They are synchronous: a promise is a result of a wrong type. */
export class OptionResults {
  readonly #method: string;
  readonly #decorator: string;
  readonly #warned = new Set<string>();

  constructor(decorator: string, method: string) {
    this.#decorator = decorator;
    this.#method = method;
  }

  /**
   * @param consequence - the effect on the call, for the log
   * @returns `undefined` for a result of a wrong type, which is logged once for each option
   */
  check<T>(option: string, value: unknown, type: ResultType<T>, consequence: string): T | undefined {
    if (type.accepts(value)) return value;
    if (isPromiseLike(value)) value.then(undefined, () => undefined);
    if (!this.#warned.has(option)) {
      this.#warned.add(option);
      const returned = `'${option}' of ${this.#decorator} returned ${describeResult(value)}, expected ${type.expected}`;
      warn(this.#method, `${returned}; ${consequence} (logged once)`);
    }
    return undefined;
  }
}

function describeResult(value: unknown): string {
  if (!Array.isArray(value)) return describeReturned(value);
  const wrong: readonly unknown[] = value.filter((item) => !isCompleteName(item));
  return wrong.length === 0 ? 'an array' : `an array with ${describeReturned(wrong[0])}`;
}

/** For the log. */
export const notStored = 'the result is not stored';

export interface MethodResult {
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly value: unknown;
}

interface ResultOptions {
  readonly tags?: readonly string[];
  readonly ttl?: TtlOption;
}

/** A result that is not stored, and the fate of an older value. */
export class Unstored {
  constructor(readonly stale: 'delete' | 'keep') {}
}

/**
 * Calls the options that are functions of a result.
 * If `unless` returns `true`, an older value is deleted. If a function returns a value of a wrong type, nothing is known of the result, and the older
 * value stays until its grace periods are over.
 */
export function resultOptions(
  { tags, ttl, unless }: Pick<CacheableOptions<readonly unknown[], unknown>, 'tags' | 'ttl' | 'unless'>,
  results: OptionResults,
  { self, args, value }: MethodResult,
): ResultOptions | Unstored {
  const withResult = [value, ...args] as const;
  const refused = unless === undefined ? false : results.check('unless', unless.apply(self, [...withResult]), flagResult, notStored);
  if (refused !== false) return new Unstored(refused === true ? 'delete' : 'keep');
  const ownTags = typeof tags === 'function' ? results.check('tags', tags.apply(self, [...args]), entryTagsResult, notStored) : undefined;
  const ownTtl = typeof ttl === 'function' ? results.check('ttl', ttl.apply(self, [...withResult]), ttlResult, notStored) : undefined;
  if (typeof tags === 'function' && ownTags === undefined) return new Unstored('keep');
  if (typeof ttl === 'function' && ownTtl === undefined) return new Unstored('keep');
  return { ...(ownTags && { tags: ownTags }), ...(ownTtl !== undefined && { ttl: ownTtl }) };
}
