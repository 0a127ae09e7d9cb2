import type { KeyvValkeyOptions } from '@keyv/valkey';
import { CacheError } from '../../../domain/cache-error';
import type { forcedOptions } from '../../redis/fail-fast';
import type { RedisClient } from '../../redis/redis-client';
import { urlProblem } from '../../resp/connection-options';
import type { KeyvValkeyLike } from '../adapter/storage-adapter';

/** Options of `@keyv/valkey` and of its client iovalkey, without those that the driver sets. */
export type ValkeyOptions = Omit<KeyvValkeyOptions, keyof typeof forcedOptions | 'useRedisSets' | 'dialect'>;

/** `valkey://`, `valkeys://` (TLS), `redis://` or `rediss://`; options; a client of iovalkey that stays yours; or a `KeyvValkey`. */
export type ValkeyTarget = string | ValkeyOptions | RedisClient | KeyvValkeyLike;

const scheme = /^(redis|valkey)(s?):\/\//;

/** @throws CacheError `CACHE_OPTION_INVALID`, without the URL, which may hold a password */
export function valkeyUrl(given: string): string {
  if (!scheme.test(given)) throw refused('a URL that starts with valkey://, valkeys://, redis:// or rediss://, got another string');
  const problem = urlProblem(given);
  if (problem !== undefined) throw refused(`a URL that iovalkey can read, got ${problem}`);
  return given.replace(scheme, 'redis$2://'); // iovalkey knows no other scheme
}

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkTarget(target: unknown): asserts target is ValkeyTarget {
  if (typeof target === 'string' || (typeof target === 'object' && target !== null)) return;
  throw refused(`a URL, options, a client or a KeyvValkey, got ${target === null ? 'null' : typeof target}`);
}

export function refused(expected: string): CacheError {
  return new CacheError('CACHE_OPTION_INVALID', `valkey(): expected ${expected}`);
}
