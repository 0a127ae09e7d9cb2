import { describeIncomplete, isCompleteName, isName, missingPart } from '../../domain/entry/complete-name';
import { lifeFields } from '../../domain/options/life-options';
import type { OptionProblem } from '../../domain/options/option-checks';
import type { TtlOption } from '../../domain/options/options';
import { logOnce } from '../../domain/shared/log-once';

/**
 * Makes a check for the result of a user's function: a key, a scope or another name. Only a non-empty string is accepted: an object would become
 * `[object Object]`, and a missing value `undefined`, one name for all calls. Any other result is logged once and becomes `undefined`, which leaves
 * the call uncached. `undefined` itself is a documented result, and is not logged.
 * @param where - decorator, class and method, such as `@CacheScope on UsersController.find`
 * @param constantsOf - returns parts of a name that may contain the word `null`: constant text, the URL
 */
export function returnedString<C = void>(
  where: string,
  warn: (message: string) => void,
  constantsOf: (call: C) => readonly unknown[] = () => [],
): (value: unknown, call: C) => string | undefined {
  const warnOnce = logOnce(warn);
  return (value, call) => {
    if (isCompleteName(value)) return value;
    const rest = isName(value) ? without(constantsOf(call), value) : undefined;
    if (rest !== undefined && missingPart(rest) === undefined) return value as string;
    if (value !== undefined) {
      const returned = describeReturned(rest ?? value);
      warnOnce(`${where} returned ${returned}, expected a non-empty string; calls with such a result are not cached`);
    }
    return undefined;
  };
}

/** Leaves a separator in the place of each constant. */
function without(constants: readonly unknown[], name: string): string {
  return constants.filter((text) => typeof text === 'string').reduce((rest, text) => rest.replace(text, () => ' '), name);
}

export const expectedTtl = "a ttl such as 5000, '5m' or { primary: '1m' }";

/** A ttl that an option would accept. An object without a ttl in it says nothing: it is a mistake, such as a `Date`. */
export function isTtl(value: unknown): value is TtlOption {
  if (value === undefined || (typeof value === 'object' && Object.values(value ?? {}).every((ttl) => ttl === undefined))) return false;
  const problems: OptionProblem[] = [];
  lifeFields.ttl(value, { path: 'ttl', problems });
  return problems.length === 0;
}

/** Describes the kind of a value and repeats no content, which may be personal. */
export function describeReturned(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && !isCompleteName(value)) return describeIncomplete(value);
  if (Array.isArray(value)) return 'an array';
  if (isPromiseLike(value)) return 'a promise';
  if (typeof value === 'string' || typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    return `a ${typeof value}`;
  return 'an object';
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
