/**
 * A key that has passed the sanitizer: safe to send, to compare and to log.
 * Only `CacheKeys` creates one; the brand keeps raw user input out of every port.
 */
export type SanitizedKey = string & { readonly __brand: 'CacheKey' };
