import { CacheError } from '../cache-error';

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A thousand years. A larger number, such as `Number.MAX_SAFE_INTEGER`, is not meant as a length of time. */
export const longestMs = 365_000 * 86_400_000;

/** One thing that is wrong with the given options. */
export interface OptionProblem {
  readonly path: string;
  readonly expected: string;
  readonly given: string;
}

/** The path of a value, and the list that its problems go to. */
export interface CheckContext {
  readonly path: string;
  readonly problems: OptionProblem[];
}

/** Converts a given value to the one that is used. After a problem the result is not used. */
export type Check<T> = (given: unknown, context: CheckContext) => T;

/**
 * The given options, checked and complete.
 * @param where - the call whose options these are, for the error
 * @param findContradictions - looks at options that are right one by one
 * @throws CacheError `CACHE_OPTION_INVALID`, with all problems in one message
 */
export function parseOptions<T>(
  where: string,
  check: Check<T>,
  given: unknown,
  findContradictions?: (options: T, context: CheckContext) => void,
): T {
  const context: CheckContext = { path: '', problems: [] };
  const options = check(given, context);
  if (context.problems.length === 0) findContradictions?.(options, context);
  if (context.problems.length > 0) throw invalidOptions(where, context.problems);
  return options;
}

/** @param where - the call whose options these are */
export function invalidOptions(where: string, problems: readonly OptionProblem[]): CacheError {
  const lines = problems.map(({ path, expected, given }) => `${path || 'options'}: expected ${expected}, got ${given}`);
  return new CacheError('CACHE_OPTION_INVALID', `${where}: ${lines.join('; ')}`);
}

function reject(given: string, context: CheckContext, expected: string): never {
  context.problems.push({ path: context.path, expected, given });
  return undefined as never;
}

/** @param convert - returns `undefined` for an invalid value */
export function check<T>(expected: string, convert: (given: unknown) => T | undefined): Check<T> {
  return (given, context) => {
    const value = convert(given);
    return value === undefined ? reject(describe(given), context, expected) : value;
  };
}

/** @param expected - for the error */
export function text(expected = 'a string that is not empty'): Check<string> {
  return check(expected, (given) => (typeof given === 'string' && given !== '' ? given : undefined));
}

/** A list, whose members are not looked at. */
export function listOf<L extends readonly unknown[]>(members: string): Check<L> {
  return check(`a list of ${members}`, (given) => (Array.isArray(given) ? (given as unknown as L) : undefined));
}

export function optional<T, D>(inner: Check<T>, defaultValue: D): Check<T | D> {
  return (given, context) => (given === undefined ? defaultValue : inner(given, context));
}

/** A group of options that may be left out as a whole: its own defaults then hold. */
export function section<T>(inner: Check<T>): Check<T> {
  return (given, context) => inner(given ?? {}, context);
}

export function oneOf<T extends string>(...words: readonly T[]): Check<T> {
  return check(words.map((word) => `'${word}'`).join(' or '), (given) => words.find((word) => word === given));
}

export function either<L, T>(literal: L, inner: Check<T>): Check<L | T> {
  return (given, context) => (given === literal ? literal : inner(given, context));
}

export const flag = check('true or false', (given) => (typeof given === 'boolean' ? given : undefined));

export const duration = check("a duration: milliseconds from 0, or a string like '250ms', '30s', '5m', '2h', '1d'", parseDuration);

export const positiveDuration = check("a duration above 0: milliseconds, or a string like '250ms', '30s', '5m', '2h', '1d'", (given) => {
  const ms = parseDuration(given);
  return ms === undefined || ms === 0 ? undefined : ms;
});

export const namespaceRule = "letters, digits, '_', '.' and '-' (1 to 64 of them), in segments joined by ':', none of them like 'v1'";

export const namespaceName = check(namespaceRule, (given) => (isNamespace(given) ? given : undefined));

const namespaceSegment = /^[A-Za-z0-9_.-]{1,64}$/;

const layoutVersion = /^v\d+$/;

export function isNamespace(value: unknown): value is string {
  return typeof value === 'string' && value.split(':').every((part) => namespaceSegment.test(part) && !layoutVersion.test(part));
}

export function wholeNumber(from: number, to: number): Check<number> {
  return check(`a whole number from ${String(from)} to ${String(to)}`, (given) =>
    typeof given === 'number' && Number.isInteger(given) && given >= from && given <= to ? given : undefined,
  );
}

/** @param upTo - `'below 1'` excludes 1 itself */
export function fraction(upTo: 'below 1' | 'up to 1'): Check<number> {
  return check(`a fraction above 0 and ${upTo}`, (given) =>
    typeof given === 'number' && given > 0 && (upTo === 'below 1' ? given < 1 : given <= 1) ? given : undefined,
  );
}

/** An object with these methods, of any class. */
export function methods<T>(expected: string, ...names: readonly string[]): Check<T> {
  return (given, context) =>
    isObject(given) && names.every((name) => typeof given[name] === 'function')
      ? (given as T)
      : reject(kindOf(given), context, `${expected} (an object with ${names.join(', ')})`);
}

/** An object with these fields and no others. */
export function shape<T extends object>(fields: { readonly [K in keyof T]: Check<T[K]> }): Check<Readonly<T>> {
  const known = Object.keys(fields);
  return (given, context) => {
    if (!isObject(given)) return reject(kindOf(given), context, 'an object');
    for (const name of Object.keys(given)) if (!known.includes(name)) rejectUnknown(name, given[name], context, known);
    const checked: Record<string, unknown> = {};
    // An option that was not given needs no path, and none is built: this runs for every `set` with options.
    for (const name of known)
      checked[name] = fields[name as keyof T](given[name], given[name] === undefined ? context : inside(context, name));
    return Object.freeze(checked) as T;
  };
}

function rejectUnknown(name: string, value: unknown, context: CheckContext, known: readonly string[]): void {
  const nearest = nearestName(name, known);
  const expected = nearest === undefined ? `one of ${known.join(', ')}` : `a known option (did you mean '${nearest}'?)`;
  reject(kindOf(value), inside(context, name), expected);
}

function inside(context: CheckContext, name: string): CheckContext {
  return { path: context.path === '' ? name : `${context.path}.${name}`, problems: context.problems };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For options that are words, numbers and durations: repeats a value that is probably mistyped, but no URL, which may hold a password. */
function describe(value: unknown): string {
  return typeof value === 'string' && value.length <= 32 && !value.includes('://') ? `'${value}'` : kindOf(value);
}

/** Repeats no text: the value of a part, or of an unknown option, may be a secret. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `a string of ${String(value.length)} characters`;
  if (Array.isArray(value)) return `an array of ${String(value.length)}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd';

/** A length of time: a number of milliseconds, or a string such as `'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'1d'`. */
export type Duration = number | `${number}${DurationUnit}`;

/** Milliseconds, from 0 to a thousand years; `undefined` for a value that is no duration. */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? inMs(value) : value;
  return typeof ms === 'number' && ms >= 0 && ms <= longestMs ? ms : undefined;
}

function inMs(text: string): number | undefined {
  const [, amount, unit] = durationPattern.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (msPerUnit[unit] as number);
}

/** The known name that a mistyped one was probably meant to be: at most a third of its letters away. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }));
  const [nearest] = ranked.sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= Math.max(1, Math.ceil(given.length / 3)) ? nearest.name : undefined;
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substitution = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(substitution, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
