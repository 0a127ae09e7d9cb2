import { lifeFields, type GivenLife, overrideLife } from './life-options';
import { check, flag, oneOf, optional, shape, methods, parseOptions, type Check } from './option-checks';
import type { LifeOptions, Ttl } from './options';
import type { LifeSettings } from './settings';

/** Options of one `set`. A duration alone is its ttl. */
export interface SetOptions extends Pick<LifeOptions, 'ttl' | 'jitter' | 'staleWhileRevalidate' | 'staleIfError' | 'version'> {
  readonly tags?: readonly string[];
  /**
   * What `set` does when layer 2 does not take the value: remember the key and answer `'pending'`, or change nothing and reject with
   * `CACHE_TIER_UNAVAILABLE`. A value that layer 2 can never hold (too large, not plain data, refused by the cipher) is kept in layer 1 all the
   * same, and told by the event `error`.
   * @defaultValue `'pending'`
   */
  readonly whenUnreachable?: 'pending' | 'reject';
  /** @defaultValue that of the cache */
  readonly nonBlocking?: boolean;
}

/** Options of one `wrap`, or of everything that a memoized function loads. A duration alone is its ttl. */
export interface WrapOptions extends LifeOptions {
  readonly tags?: readonly string[];
  /** @defaultValue that of the cache */
  readonly nonBlocking?: boolean;
  /** Lets this caller go, with the signal's reason. The load goes on for the others, and its value is stored. */
  readonly signal?: AbortSignal;
}

/** One write of `setMany`. */
export interface CacheItem {
  readonly key: string;
  readonly value: unknown;
  readonly ttl?: SetOptions['ttl'];
}

export interface MemoizeOptions<A extends readonly unknown[]> extends WrapOptions {
  /** Names the call; equal names share one entry. */
  readonly key: (...args: A) => string;
}

/** How one entry is to live, checked and complete. */
export interface CallLife extends LifeSettings {
  readonly tags: readonly string[];
  readonly whenUnreachable: 'pending' | 'reject';
  /** `undefined` where the cache decides. */
  readonly nonBlocking: boolean | undefined;
  /** The caller's own, which lets it go alone. */
  readonly signal: AbortSignal | undefined;
}

const noTags: readonly string[] = [];

const tags = check('an array of strings', (given) =>
  Array.isArray(given) && given.every((tag) => typeof tag === 'string') ? (given as readonly string[]) : undefined,
);

type CallDetails = Pick<CallLife, 'tags' | 'whenUnreachable' | 'nonBlocking' | 'signal'>;

const noDetails: CallDetails = { tags: noTags, whenUnreachable: 'pending', nonBlocking: undefined, signal: undefined };

const { ttl, jitter, staleWhileRevalidate, staleIfError, version } = lifeFields;

const setOptions = shape<
  Pick<GivenLife, 'ttl' | 'jitter' | 'staleWhileRevalidate' | 'staleIfError' | 'version'> & Omit<CallDetails, 'signal'>
>({
  ttl,
  jitter,
  staleWhileRevalidate,
  staleIfError,
  version,
  tags: optional(tags, noTags),
  whenUnreachable: optional(oneOf('pending', 'reject'), 'pending'),
  nonBlocking: optional(flag, undefined),
});

const wrapOptions = shape<GivenLife & Omit<CallDetails, 'whenUnreachable'>>({
  ...lifeFields,
  tags: optional(tags, noTags),
  nonBlocking: optional(flag, undefined),
  signal: optional(methods<AbortSignal>('an AbortSignal', 'addEventListener', 'throwIfAborted'), undefined),
});

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function resolveSet(given: SetOptions | Ttl | undefined, base: LifeSettings): CallLife {
  return resolve('set', given, base, setOptions);
}

/**
 * @param where - the method, for the error
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function resolveWrap(where: string, given: WrapOptions | Ttl | undefined, base: LifeSettings): CallLife {
  return resolve(where, given, base, wrapOptions);
}

function resolve(
  where: string,
  given: object | Ttl | undefined,
  base: LifeSettings,
  known: Check<Partial<GivenLife & CallDetails>>,
): CallLife {
  if (given === undefined) return callLife(base, noDetails);
  const options = parseOptions(where, known, typeof given === 'object' ? given : { ttl: given });
  return callLife(overrideLife(base, options), options);
}

/** Field by field: a spread with something behind it takes more than a microsecond, and this is done for every caller who waits. */
function callLife(
  life: LifeSettings,
  { tags: own = noTags, whenUnreachable = 'pending', nonBlocking, signal }: Partial<CallDetails>,
): CallLife {
  return {
    ttlMs: life.ttlMs,
    primaryTtlMs: life.primaryTtlMs,
    jitter: life.jitter,
    staleWhileRevalidateMs: life.staleWhileRevalidateMs,
    staleIfErrorMs: life.staleIfErrorMs,
    softTimeoutMs: life.softTimeoutMs,
    hardTimeoutMs: life.hardTimeoutMs,
    retryAfterErrorMs: life.retryAfterErrorMs,
    refreshAhead: life.refreshAhead,
    schema: life.schema,
    version: life.version,
    tags: own,
    whenUnreachable,
    nonBlocking,
    signal,
  };
}
