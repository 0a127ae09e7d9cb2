import { lifeFields, overrideLife, type GivenLife } from './life-checks';
import { invalidOptions } from './normalize-options';
import { check, oneOf, optional, shape, type Check, type OptionProblem } from './option-checks';
import type { LifeOptions, LifeSettings, Ttl } from './options';

/** Options of one `set`. A duration alone is its ttl. */
export interface SetOptions extends Omit<LifeOptions, 'refreshAhead'> {
  readonly tags?: readonly string[];
  /**
   * What `set` does when layer 2 does not take the value: remember the key and answer `'pending'`, or change nothing and reject with
   * `CACHE_TIER_UNAVAILABLE`.
   * @defaultValue `'pending'`
   */
  readonly whenUnreachable?: 'pending' | 'reject';
}

/** Options of one `wrap`, or of everything that a memoized function loads. A duration alone is its ttl. */
export interface WrapOptions extends LifeOptions {
  readonly tags?: readonly string[];
}

/** How one entry is to live, checked and complete. */
export interface CallLife extends LifeSettings {
  readonly tags: readonly string[];
  readonly whenUnreachable: 'pending' | 'reject';
}

const noTags: readonly string[] = [];

const tags = check('an array of strings', (given) =>
  Array.isArray(given) && given.every((tag) => typeof tag === 'string') ? (given as readonly string[]) : undefined,
);

interface GivenCall extends GivenLife {
  readonly tags: readonly string[];
  readonly whenUnreachable: 'pending' | 'reject';
}

const callOptions: Check<GivenCall> = shape<GivenCall>({
  ...lifeFields,
  tags: optional(tags, noTags),
  whenUnreachable: optional(oneOf('pending', 'reject'), 'pending'),
});

/**
 * @param where - the method, for the error
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function resolveCall(where: string, given: SetOptions | WrapOptions | Ttl | undefined, base: LifeSettings): CallLife {
  if (given === undefined) return { ...base, tags: noTags, whenUnreachable: 'pending' };
  const problems: OptionProblem[] = [];
  const options = callOptions(typeof given === 'object' ? given : { ttl: given }, { path: '', problems });
  if (problems.length > 0) throw invalidOptions(where, problems);
  return { ...overrideLife(base, options), tags: options.tags, whenUnreachable: options.whenUnreachable };
}
