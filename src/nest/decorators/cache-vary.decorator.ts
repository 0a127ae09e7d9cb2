import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { CacheError } from '../../domain/cache-error';

export const cacheVaryMetadata = 'tiercel:vary';

/** Who asks is no matter of a header's value: it would put secrets into keys. */
const callerHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/**
 * Request headers that the answer depends on, of a handler or of all of a controller. Each combination of their values is an entry of its own, and
 * the response says so in `Vary`. Values are compared as they are, but for spaces around commas. Without `@CacheKey`, a header that the handler asks
 * for by `@Headers('name')` belongs to them without being named.
 * @param headers - such as `'Accept-Language'`
 * @throws CacheError `CACHE_OPTION_INVALID` for `Authorization` and `Cookie`, which are for `@CacheScope`, and for what is no header name
 */
export const CacheVary = (...headers: readonly string[]): CustomDecorator => {
  const names = [...new Set(headers.map((header) => header.toLowerCase()))].sort();
  for (const name of names) check(name);
  return SetMetadata(cacheVaryMetadata, names);
};

function check(name: string): void {
  if (callerHeaders.has(name))
    throw new CacheError('CACHE_OPTION_INVALID', `@CacheVary: '${name}' says who asks, which is for @CacheScope`);
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || name === '*')
    throw new CacheError('CACHE_OPTION_INVALID', '@CacheVary: expected header names');
}
