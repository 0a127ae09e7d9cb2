import { CacheError } from '../cache-error';
import { lifeFields, overrideLife, writtenLifeFields, type GivenLife, type WrittenLifeName } from './life-options';
import { check, flag, oneOf, optional, shape, methods, parseOptions, type Check, type OptionProblem } from './option-checks';
import type { LifeOptions, Ttl } from './options';
import type { LifeSettings } from './settings';

/** Options of one `set`. In place of the object, `set` takes a ttl. */
export interface SetOptions extends Pick<LifeOptions, WrittenLifeName> {
  /**
   * Names by which `delByTag` removes the entry: at most 200 of them, of 1 to 1 000 characters each.
   * @defaultValue none
   */
  readonly tags?: readonly string[];
  /**
   * The result of a `set` that L2 does not apply. `'pending'`: the key is remembered, and the answer is `'pending'`. `'reject'`: nothing is
   * changed, and the call rejects with `CACHE_TIER_UNAVAILABLE`. A value that L2 can never hold (too large, not plain data, refused by the cipher)
   * is kept in L1 in both cases, and reported by the event `error`.
   * @defaultValue `'pending'`
   */
  readonly whenUnreachable?: 'pending' | 'reject';
  /**
   * Whether this write is answered with `'pending'` as soon as L1 has it.
   * @defaultValue that of the cache
   */
  readonly nonBlocking?: boolean;
}

/** Options of one `wrap`, or of all calls of a memoized function. In place of the object, `wrap` takes a ttl. */
export interface WrapOptions extends LifeOptions {
  /**
   * Names by which `delByTag` removes the entry: at most 200 of them, of 1 to 1 000 characters each.
   * @defaultValue none
   */
  readonly tags?: readonly string[];
  /** @deprecated Without effect: a `wrap` never waits for its write. */
  readonly nonBlocking?: boolean;
  /**
   * Aborting it rejects this call with the reason of the signal. The load goes on for other callers, and its value is stored. If the loader itself ends by the
   * signal, the other callers start a new load.
   * @defaultValue none
   */
  readonly signal?: AbortSignal;
}

/** The options that a loader may set for its entry. Missing ones stay as the call has them. */
export type LoadedLife = Pick<LifeOptions, WrittenLifeName>;

/** One write of `setMany`. */
export interface CacheItem {
  /** The key, as for `set`. */
  readonly key: string;
  /** The value; `undefined` deletes the key. */
  readonly value: unknown;
  /**
   * The time for which this entry is fresh.
   * @defaultValue that of the cache
   */
  readonly ttl?: SetOptions['ttl'];
}

/** Options of `clear`. */
export interface ClearOptions {
  /**
   * Whether the entries are also deleted from L2, key by key (SCAN and UNLINK), so that nothing of them is left: for data that must not be kept. Entries
   * that are written meanwhile may be deleted too. `'pending'` then says that it did not end within `deadlines.clear`.
   * @defaultValue `false`
   */
  readonly erase?: boolean;
}

/** Options of `delByTag`. */
export interface TagOptions {
  /**
   * `'remove'`: the entries are misses. `'expire'`: they are stale from now on, so `staleWhileRevalidate` and `staleIfError` may still serve them.
   * @defaultValue `'remove'`
   */
  readonly mode?: 'remove' | 'expire';
}

export interface MemoizeOptions<A extends readonly unknown[]> extends WrapOptions {
  /** Returns the key of a call. Calls with equal keys share an entry; a call whose key has the text of a missing value in it (`user:undefined`) runs uncached. */
  readonly key: (...args: A) => string;
}

/** The options of one call besides the life of its entry. */
export interface CallTerms {
  readonly tags: readonly string[];
  readonly whenUnreachable: 'pending' | 'reject';
  /** `undefined` where the cache decides. */
  readonly nonBlocking: boolean | undefined;
  /** The signal of the caller. Aborting it ends the wait of this caller alone. */
  readonly signal: AbortSignal | undefined;
  /**
   * The time after the ttl in which this reader accepts an old value after an error, in milliseconds; `undefined` if the writer of the entry
   * decides.
   */
  readonly staleIfErrorMs: number | undefined;
}

/** The options of one call, checked and complete: the life of the entry, and the terms of the call itself. */
export interface CallOptions {
  readonly life: LifeSettings;
  readonly call: CallTerms;
}

const noTags: readonly string[] = [];

const tagList = check('an array of strings', (given) =>
  Array.isArray(given) && given.every((tag) => typeof tag === 'string') ? (given as readonly string[]) : undefined,
);

/** UTF-16 units of a tag. */
export const longestTag = 1_000;

/** Of one entry, or of one call. */
export const mostTags = 200;

/** @throws CacheError `CACHE_TAG_INVALID` for an array of strings that are no tags */
const tags: Check<readonly string[]> = (given, context) => {
  const problems = context.problems.length;
  const list = tagList(given, context);
  if (context.problems.length > problems) return noTags;
  const problem = tagProblem(list);
  if (problem !== undefined) throw new CacheError('CACHE_TAG_INVALID', `tags: expected ${problem.expected}, got ${problem.given}`);
  const unique = new Set(list);
  return unique.size === list.length ? list : [...unique];
};

/** The rule that strings break as the tags of one entry or call; `undefined` if they break none. */
export function tagProblem(list: readonly string[]): Omit<OptionProblem, 'path'> | undefined {
  if (list.length > mostTags) return { expected: `at most ${String(mostTags)} tags`, given: String(list.length) };
  if (list.includes('')) return { expected: 'a tag that is not empty', given: 'an empty one' };
  const tooLong = list.find((tag) => tag.length > longestTag);
  if (tooLong !== undefined) return { expected: `a tag of at most ${String(longestTag)} characters`, given: String(tooLong.length) };
  return undefined;
}

const noTerms: CallTerms = {
  tags: noTags,
  whenUnreachable: 'pending',
  nonBlocking: undefined,
  signal: undefined,
  staleIfErrorMs: undefined,
};

type GivenTerms = Omit<CallTerms, 'staleIfErrorMs'>;

const setOptions = shape<Pick<GivenLife, WrittenLifeName> & Omit<GivenTerms, 'signal'>>({
  ...writtenLifeFields,
  tags: optional(tags, noTags),
  whenUnreachable: optional(oneOf('pending', 'reject'), 'pending'),
  nonBlocking: optional(flag, undefined),
});

const wrapOptions = shape<GivenLife & Omit<GivenTerms, 'whenUnreachable'>>({
  ...lifeFields,
  tags: optional(tags, noTags),
  nonBlocking: optional(flag, undefined),
  signal: optional(methods<AbortSignal>('an AbortSignal', 'addEventListener', 'throwIfAborted'), undefined),
});

const loadedLife = shape<Pick<GivenLife, WrittenLifeName>>(writtenLifeFields);

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function resolveSet(given: SetOptions | Ttl | undefined, base: LifeSettings): CallOptions {
  return resolve('set', given, base, setOptions);
}

/**
 * @param where - the method, for the error
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function resolveWrap(where: string, given: WrapOptions | Ttl | undefined, base: LifeSettings): CallOptions {
  return resolve(where, given, base, wrapOptions);
}

/**
 * The life of a loaded entry, as its loader changes it.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function resolveLoaded(where: string, given: LoadedLife, base: LifeSettings): LifeSettings {
  return overrideLife(base, parseOptions(where, loadedLife, given));
}

/** @throws CacheError `CACHE_OPTION_INVALID`, `CACHE_TAG_INVALID` */
export function resolveTags(where: string, given: readonly string[]): readonly string[] {
  return parseOptions(where, tags, given);
}

const clearOptions = shape<{ readonly erase: boolean }>({ erase: optional(flag, false) });

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function resolveClear(given: ClearOptions = {}): { readonly erase: boolean } {
  return parseOptions('clear', clearOptions, given);
}

const tagOptions = shape<{ readonly mode: 'remove' | 'expire' }>({ mode: optional(oneOf('remove', 'expire'), 'remove') });

/**
 * The arguments of `delByTag`: tags, or a list of tags and options.
 * @throws CacheError `CACHE_OPTION_INVALID`, `CACHE_TAG_INVALID`
 */
export function resolveDelByTag(
  first: unknown,
  rest: readonly unknown[],
): { readonly tags: readonly string[]; readonly mode: 'remove' | 'expire' } {
  const isList = Array.isArray(first);
  const given = isList ? first : [first, ...rest];
  const { mode } = parseOptions('delByTag', tagOptions, (isList ? rest[0] : undefined) ?? {});
  return { tags: parseOptions('delByTag', tags, given), mode };
}

function resolve(
  where: string,
  given: object | Ttl | undefined,
  base: LifeSettings,
  known: Check<Partial<GivenLife & GivenTerms>>,
): CallOptions {
  if (given === undefined) return { life: base, call: noTerms };
  const options = parseOptions(where, known, typeof given === 'object' ? given : { ttl: given });
  return { life: overrideLife(base, options), call: termsOf(options) };
}

function termsOf({
  tags: own = noTags,
  whenUnreachable = 'pending',
  nonBlocking,
  signal,
  staleIfError: staleIfErrorMs,
}: Partial<GivenLife & GivenTerms>): CallTerms {
  return { tags: own, whenUnreachable, nonBlocking, signal, staleIfErrorMs };
}
