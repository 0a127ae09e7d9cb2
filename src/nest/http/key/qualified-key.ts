import { CacheError } from '../../../domain/cache-error';

/** What else an answer depends on, each written as `name=value`, or as a name alone. */
type Qualifiers = readonly string[];

/**
 * Puts qualifiers in front of a key: `@id=42;v=2:GET:/users`. They hold no colon, so the first one ends them; and no `@`, so a key that begins with
 * one is told apart by a second.
 */
export function qualifiedKey(key: string, qualifiers: Qualifiers): string {
  if (qualifiers.length > 0) return `@${qualifiers.join(';')}:${key}`;
  return key.startsWith('@') ? `@${key}` : key;
}

/**
 * Text that holds no separator.
 * @throws CacheError `CACHE_KEY_INVALID` for text that is no Unicode, two of which could become one
 */
export function qualifier(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new CacheError(
      'CACHE_KEY_INVALID',
      'CacheableInterceptor: a scope, version or header that is part of the key is not well-formed',
    );
  }
}
