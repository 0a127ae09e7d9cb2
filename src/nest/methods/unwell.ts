import { CacheError } from '../../domain/errors/cache-error';

/** Whether it is the cache that failed, and not what it was to load; who waits too long, waited for the load. */
export function isUnwell(error: unknown): boolean {
  return error instanceof CacheError && error.code !== 'CACHE_LOAD_TIMEOUT';
}
