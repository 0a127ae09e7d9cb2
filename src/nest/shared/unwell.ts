import { CacheError } from '../../domain/cache-error';

/**
 * Whether it is the cache that failed, and not what it was to load. A load that took too long is the loader's matter, and running it once more would
 * not help.
 */
export function isUnwell(error: unknown): error is CacheError {
  return error instanceof CacheError && error.code !== 'CACHE_LOAD_TIMEOUT';
}
