/**
 * A key that has passed the sanitizer: safe to send, to compare and to log.
 * Only `CacheKeys` creates one; the brand keeps raw user input out of every port.
 */
export type SanitizedKey = string & { readonly __brand: 'CacheKey' };

/**
 * Makes any key safe to send to a server, to print and to compare.
 * Deterministic, and never maps two keys to one. Accepts every key, or throws `CACHE_KEY_INVALID`.
 */
export interface KeySanitizer {
  sanitize(key: string): string;
}
