import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisClient } from './redis-client';

/** A little more than the driver's `disconnectTimeout`, after which ioredis destroys the socket. */
const disconnectLimitMs = 150;

/** Adds the listeners that a client of the driver keeps. ioredis prints an error that has no listener, and the probe's are removed at `stop()`. */
export function superviseClient(client: RedisClient): void {
  client.on('error', () => undefined);
  client.on('close', () => dropStaleTimer(client));
}

/** When a connection closes, ioredis up to 5.x leaves the timer of its `socketTimeout` running, and it destroys the next connection. */
function dropStaleTimer(client: RedisClient & { socketTimeoutTimer?: NodeJS.Timeout | undefined }): void {
  clearTimeout(client.socketTimeoutTimer);
  client.socketTimeoutTimer = undefined;
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
