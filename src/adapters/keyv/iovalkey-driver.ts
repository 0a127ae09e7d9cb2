import type { KeyvValkeyOptions } from '@keyv/valkey';
import { CacheError } from '../../domain/cache-error';
import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { defaultProbeSettings } from '../probe/probe-settings';
import { superviseClient } from '../redis/client-lifetime';
import { forcedOptions, failFastOptions } from '../redis/fail-fast';
import type { RedisClient } from '../redis/redis-client';
import { type RedisDriverParts, RedisDriver } from '../redis/redis-driver';
import { urlProblem, warnAboutTlsOptions } from '../resp/connection-options';
import { failureReason } from '../resp/failure';
import { prefixedDriver } from '../store/prefixed-store';
import { errorEvents } from './adapter/adapter-errors';
import type { KeyvValkeyLike } from './adapter/storage-adapter';

/** Options of `@keyv/valkey` and of its client iovalkey, without those that the driver sets. */
export type ValkeyOptions = Omit<KeyvValkeyOptions, keyof typeof forcedOptions | 'useRedisSets' | 'dialect'>;

/** `valkey://`, `valkeys://` (TLS), `redis://` or `rediss://`; options; a client of iovalkey that stays yours; or a `KeyvValkey`. */
export type ValkeyTarget = string | ValkeyOptions | RedisClient | KeyvValkeyLike;

const scheme = /^(redis|valkey)(s?):\/\//;

/** @throws CacheError `CACHE_OPTION_INVALID`, without the URL, which may hold a password */
function valkeyUrl(given: string): string {
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

interface IovalkeyParts extends Pick<RedisDriverParts, 'client' | 'owner' | 'name' | 'channel' | 'clock'> {
  /** The prefix that `@keyv/valkey` puts before every key. */
  readonly keyPrefix: string;
}

/**
 * L2 on `@keyv/valkey`: its connection and its key names, but not its commands. Those put every write into a transaction with a set of all
 * keys that never expires, refuse deletes when the server's memory is full, and answer the same for a failed delete and for an absent key.
 * iovalkey is a fork of ioredis with the same methods, so the ioredis driver does the work.
 */
export function iovalkeyDriver({ keyPrefix, ...parts }: IovalkeyParts): StoreDriver {
  if (parts.owner === 'driver') makeFailFast(parts.client, parts.clock);
  return prefixedDriver(new RedisDriver({ ...parts, pingIntervalMs: defaultProbeSettings.pingIntervalMs }), keyPrefix);
}

/**
 * The connection and the key prefix of a `KeyvValkey`. A client that the adapter made from a URL has the URL in its options: no other code
 * uses it, so the driver owns it.
 */
export function connectionOf(adapter: KeyvValkeyLike): Pick<IovalkeyParts, 'client' | 'owner' | 'keyPrefix'> {
  errorEvents(adapter);
  const client = adapter.redis;
  return { client, owner: 'uri' in client.options ? 'driver' : 'user', keyPrefix: adapter._getKeyName('') };
}

export type KeyvValkeyClass = new (target: object, options?: object) => KeyvValkeyLike;

/**
 * Creates a `KeyvValkey` with a client that fails fast and is not connected yet. Without `useRedisSets`, which keeps a set of all keys.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function createFailFastValkey(KeyvValkey: KeyvValkeyClass, target: string | ValkeyOptions, clock: Clock): KeyvValkeyLike {
  const { uri, ...options } = typeof target === 'string' ? { uri: target } : target;
  warnAboutTlsOptions('valkey()', options);
  const server = uri === undefined ? {} : { uri: valkeyUrl(uri) };
  const adapter = construct(KeyvValkey, { ...failFastOptions(clock), ...options, ...server, ...forcedOptions, useRedisSets: false });
  refuseForcedOptions(adapter);
  return adapter;
}

function construct(KeyvValkey: KeyvValkeyClass, options: object): KeyvValkeyLike {
  try {
    return new KeyvValkey(options);
  } catch (error) {
    // Not kept as the cause: the message of a URL error contains the URL, with its password.
    throw refused(`a target that iovalkey can connect to, got ${failureReason(error)}`);
  }
}

/** Options in the query of a URL override all others. */
function refuseForcedOptions({ redis }: KeyvValkeyLike): void {
  const effective = redis.options as Readonly<Record<string, unknown>>;
  const wrong = Object.entries(forcedOptions).filter(([name, value]) => effective[name] !== value);
  if (wrong.length === 0) return;
  redis.disconnect();
  throw refused(wrong.map(([name, value]) => `${name}=${String(value)}, which the driver sets, or no value`).join('; '));
}

/**
 * Makes an existing client of iovalkey fail fast: the client reads its options each time it needs one.
 * Options that were set stay, except for those that the driver forces.
 */
function makeFailFast(client: RedisClient, clock: Clock): void {
  const { socketTimeout, reconnectOnError } = failFastOptions(clock);
  const options: { socketTimeout?: unknown; reconnectOnError?: unknown; keyPrefix?: unknown } = client.options;
  options.socketTimeout ??= socketTimeout;
  options.reconnectOnError ??= reconnectOnError;
  Object.assign(options, forcedOptions);
  superviseClient(client, clock);
}
