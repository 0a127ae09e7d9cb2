import type { CacheKey } from '../ports/cache-key';

/** A key as it stands, unsanitised. Outside of tests only the cache makes keys. */
export function testKey(text: string): CacheKey {
  return text as CacheKey;
}
