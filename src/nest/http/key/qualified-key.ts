import { CacheError } from '../../../domain/cache-error';

/** Further inputs of a response, each as `name=value`, or as a name. */
type Qualifiers = readonly string[];

/**
 * Prefixes a key with qualifiers: `@id=42;v=2:GET:/users`. Qualifiers contain no colon, so the first colon ends them. A plain key that begins with
 * `@` gets a second one, so it equals no qualified key.
 */
export function qualifiedKey(key: string, qualifiers: Qualifiers): string {
  if (qualifiers.length > 0) return `@${qualifiers.join(';')}:${key}`;
  return key.startsWith('@') ? `@${key}` : key;
}

/**
 * Escapes the separators in a text.
 * @throws CacheError `CACHE_KEY_INVALID` for text with lone surrogates, because two such texts could become one
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
