import type { PayloadRejection } from '../ports/metrics-sink';

/** Every way in which the cache itself can fail. Stable: programs may switch on it. */
export type CacheErrorCode =
  /** Options or arguments of a call are not valid; the message names each. */
  | 'CACHE_OPTION_INVALID'
  /** An optional package is not installed; the message names it. */
  | 'CACHE_DEPENDENCY_MISSING'
  /** The key is no non-empty string, or the sanitizer refuses it. */
  | 'CACHE_KEY_INVALID'
  /** A tag is empty or too long, or there are too many. */
  | 'CACHE_TAG_INVALID'
  /** Your sanitizer threw, or returned no name. */
  | 'CACHE_SANITIZER_FAILED'
  /** L2 cannot be reached: by `start` with `startup: 'require'`, and `set` with `whenUnreachable: 'reject'`. Otherwise in events alone. */
  | 'CACHE_TIER_UNAVAILABLE'
  /** L2 answers reads and refuses the write. In events, and in stores. */
  | 'CACHE_WRITE_REFUSED'
  /** `clear({ erase: true })`, and L2 cannot list its keys. */
  | 'CACHE_CLEAR_UNSUPPORTED'
  /** A load took longer than `hardTimeout`, and there was no old value. */
  | 'CACHE_LOAD_TIMEOUT'
  /** A loader waits for its own key. */
  | 'CACHE_LOAD_RECURSIVE'
  /** A payload of L2 was not used. In events alone. */
  | 'CACHE_PAYLOAD_REJECTED'
  /** A key of the cipher has sealed 2³² values. In events alone. */
  | 'CACHE_KEY_EXHAUSTED'
  /** The cache is closed. */
  | 'CACHE_CLOSED';

/**
 * The only error class of this library. `code` is for programs, `message` for people; the message never holds a key or a value.
 * A loader's own error is never wrapped in one.
 */
export class CacheError extends Error {
  /** Always `CacheError`. */
  override readonly name = 'CacheError';
  /** Why a payload was rejected: with `CACHE_PAYLOAD_REJECTED`, where it is known. */
  declare readonly reason?: PayloadRejection;

  constructor(
    /** For programs: stable. */
    readonly code: CacheErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly reason?: PayloadRejection },
  ) {
    super(message, options);
    if (options?.reason !== undefined) this.reason = options.reason;
  }
}

export function hasCode(error: unknown, code: CacheErrorCode): error is CacheError {
  return error instanceof CacheError && error.code === code;
}

/**
 * Whether an error of `wrap` comes from the cache, and not from the loader. A load timeout counts as the loader's: running it once more would not
 * help.
 */
export function isCacheFailure(error: unknown): error is CacheError {
  return error instanceof CacheError && error.code !== 'CACHE_LOAD_TIMEOUT';
}
