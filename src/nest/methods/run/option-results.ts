import type { TtlOption } from '../../../domain/options/options';
import { describeReturned, expectedTtl, isCompleteName, isPromiseLike, isTtl } from '../../shared/returned-value';
import { warn } from '../declared/method-log';

/** The type that a function among the options has to return. */
interface ResultType<T> {
  readonly expected: string;
  readonly accepts: (value: unknown) => value is T;
}

export const keyResult: ResultType<string> = { expected: 'a non-empty string', accepts: isCompleteName };

export const flagResult: ResultType<boolean> = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };

export const listResult: ResultType<readonly string[]> = {
  expected: 'an array of non-empty strings',
  accepts: (value): value is readonly string[] => Array.isArray(value) && value.every(isCompleteName),
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
