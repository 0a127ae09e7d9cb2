import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../ports/clock';
import { isCluster, type RedisClient } from './redis-client';
import { watchSelect } from './selected-database';
import { countSocketTimeoutInLoopTime } from './socket-timeout';

/** A little more than the driver's `disconnectTimeout`, after which ioredis destroys the socket. */
const disconnectLimitMs = 150;

/**
 * Prepares a client of the driver, before it connects. It keeps a listener to errors, because ioredis prints an error that has none, and the
 * probe's is removed at `stop()`. Its socket timeout, on a cluster that of each node, counts loop time.
 */
export function superviseClient(client: RedisClient, clock: Clock): void {
  client.on('error', () => undefined);
  // Here too, because a `KeyvValkey` connects before the probe watches it.
  watchSelect(client);
  if (isCluster(client)) client.on('+node', (node) => countSocketTimeoutInLoopTime(node as RedisClient, clock));
  else countSocketTimeoutInLoopTime(client, clock);
}

/**
 * Closes a client of the driver. Resolves when its sockets and timers are gone.
 * A client that is between two attempts emits no `end`, but has a timer of `disconnectTimeout`; the limit covers it.
 */
export async function disconnect(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  const ended = new AbortController();
  client.once('end', () => ended.abort());
  client.disconnect();
  await sleep(disconnectLimitMs, undefined, { signal: ended.signal }).catch(() => undefined);
}
