/**
 * A key that has passed the door: sanitised, and therefore safe to send, to compare and to log.
 * Only `CacheKeys` makes one; the brand keeps raw user input out of every port.
 */
export type CacheKey = string & { readonly __brand: 'CacheKey' };
