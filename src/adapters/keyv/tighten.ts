import type { Clock } from '../../ports/clock';
import { failFastOptions, forcedOptions } from '../redis/fail-fast';
import { guardClient } from '../redis/guard-client';
import type { RedisClient } from '../redis/redis-client';

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
  guardClient(client);
}
