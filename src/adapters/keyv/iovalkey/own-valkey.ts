import type { Clock } from '../../../ports/clock';
import { failFastOptions, forcedOptions } from '../../redis/fail-fast';
import { superviseClient } from '../../redis/client-lifetime';
import type { RedisClient } from '../../redis/redis-client';
import { failureReason } from '../../resp/failure';
import { warnAboutTlsOptions } from '../../resp/tls-warnings';
import type { KeyvValkeyLike } from '../adapter/storage-adapter';
import { valkeyUrl, type ValkeyOptions, refused } from './valkey-target';

export type KeyvValkeyClass = new (target: object, options?: object) => KeyvValkeyLike;

/**
 * Makes a `KeyvValkey` whose client fails fast, and does not connect it yet. Without `useRedisSets`, which keeps a set of all keys.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function ownValkey(KeyvValkey: KeyvValkeyClass, target: string | ValkeyOptions, clock: Clock): KeyvValkeyLike {
  const { uri, ...options } = typeof target === 'string' ? { uri: target } : target;
  warnAboutTlsOptions('valkey()', options);
  const place = uri === undefined ? {} : { uri: valkeyUrl(uri) };
  const adapter = construct(KeyvValkey, { ...failFastOptions(clock), ...options, ...place, ...forcedOptions, useRedisSets: false });
  refuseForced(adapter);
  return adapter;
}

function construct(KeyvValkey: KeyvValkeyClass, options: object): KeyvValkeyLike {
  try {
    return new KeyvValkey(options);
  } catch (error) {
    // Not kept as the cause: what is said about a URL repeats it, with its password.
    throw refused(`what iovalkey can connect to, got ${failureReason(error)}`);
  }
}

/** What stands in a URL wins over every other option. */
function refuseForced({ redis }: KeyvValkeyLike): void {
  const effective = redis.options as Readonly<Record<string, unknown>>;
  const wrong = Object.entries(forcedOptions).filter(([name, value]) => effective[name] !== value);
  if (wrong.length === 0) return;
  redis.disconnect();
  throw refused(wrong.map(([name, value]) => `${name}=${String(value)}, which is what the driver sets, or nothing`).join('; '));
}

/**
 * Makes a client of iovalkey fail fast that was made without being told to: it reads its options whenever it needs one.
 * What was chosen for it stays, except for what may never be chosen.
 */
export function tighten(client: RedisClient, clock: Clock): void {
  const { socketTimeout, reconnectOnError } = failFastOptions(clock);
  const options: { socketTimeout?: unknown; reconnectOnError?: unknown; keyPrefix?: unknown } = client.options;
  options.socketTimeout ??= socketTimeout;
  options.reconnectOnError ??= reconnectOnError;
  Object.assign(options, forcedOptions);
  superviseClient(client);
}
