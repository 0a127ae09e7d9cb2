import { CacheError } from '../../domain/cache-error';

/**
 * Whether an error of `wrap` comes from the cache, and not from the loader. A load timeout counts as the loader's: running it once more would not
 * help.
 */
export function isCacheFailure(error: unknown): error is CacheError {
  return error instanceof CacheError && error.code !== 'CACHE_LOAD_TIMEOUT';
}
