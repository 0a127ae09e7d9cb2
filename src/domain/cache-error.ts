import type { PayloadRejection } from '../ports/metrics-sink';

/** Every way in which the cache itself can fail. Stable: programs may switch on it. */
export type CacheErrorCode =
  | 'CACHE_OPTION_INVALID'
  | 'CACHE_DEPENDENCY_MISSING'
  | 'CACHE_KEY_INVALID'
  | 'CACHE_TAG_INVALID'
  | 'CACHE_SANITIZER_FAILED'
  | 'CACHE_TIER_UNAVAILABLE'
  | 'CACHE_WRITE_REFUSED'
  | 'CACHE_CLEAR_UNSUPPORTED'
  | 'CACHE_LOAD_TIMEOUT'
  | 'CACHE_LOAD_RECURSIVE'
  | 'CACHE_PAYLOAD_REJECTED'
  | 'CACHE_KEY_EXHAUSTED'
  | 'CACHE_CLOSED';

/**
 * The only error class of this library. `code` is for programs, `message` for people; the message never holds a key or a value.
 * A loader's own error is never wrapped in one.
 */
export class CacheError extends Error {
  override readonly name = 'CacheError';
  /** Why a payload was rejected: with `CACHE_PAYLOAD_REJECTED`, where it is known. */
  declare readonly reason?: PayloadRejection;

  constructor(
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
