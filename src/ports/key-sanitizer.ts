/**
 * Makes any key safe to send to a server, to print and to compare.
 * Deterministic, and never maps two keys to one. Accepts every key, or throws `CACHE_KEY_INVALID`.
 */
export interface KeySanitizer {
  sanitize(key: string): string;
}
