import { CacheableService } from './cacheable.service';

/**
 * What a cache is injected by.
 * @param name - as given to `CacheableModule.register({ name })`; without one, the cache that has none
 */
export function getCacheToken(name?: string): string | typeof CacheableService {
  return name === undefined ? CacheableService : `tiercel:${name}`;
}
