import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { CacheError } from '../../domain/cache-error';

export const cacheVaryMetadata = 'tiercel:vary';

/** Headers that identify the caller: their values would put secrets into keys. */
const callerHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/**
 * Request headers that the response of a handler, or of all handlers of a controller, depends on. Each combination of their values has a separate
 * entry, and the response lists the headers in `Vary`. Values are compared as they are, except for spaces around commas. Without `@CacheKey`, a
 * header that the handler reads by `@Headers('name')` is included automatically.
 * @param headers - such as `'Accept-Language'`
 * @throws CacheError `CACHE_OPTION_INVALID` for `Authorization` and `Cookie`, which need `@CacheScope`, and for invalid header names
 */
export const CacheVary = (...headers: readonly string[]): CustomDecorator => {
  const names = [...new Set(headers.map((header) => header.toLowerCase()))].sort();
  for (const name of names) check(name);
  return SetMetadata(cacheVaryMetadata, names);
};

function check(name: string): void {
  if (callerHeaders.has(name)) throw new CacheError('CACHE_OPTION_INVALID', `@CacheVary: '${name}' identifies the caller: use @CacheScope`);
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || name === '*')
    throw new CacheError('CACHE_OPTION_INVALID', '@CacheVary: expected header names');
}
