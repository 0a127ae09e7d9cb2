import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisClient } from './redis-client';

/** A little more than our `disconnectTimeout`, after which ioredis destroys the socket of a server that does not say goodbye. */
const limitMs = 150;

/** What a client of ours needs for as long as it lives. Without any listener ioredis prints errors; ours come and go with the probe. */
export function guardClient(client: RedisClient): void {
  client.on('error', () => undefined);
  client.on('close', () => dropStaleTimer(client));
}

/** Up to 5.x ioredis leaves the timer of `socketTimeout` behind when a connection closes, and it then destroys the next one. */
function dropStaleTimer(client: RedisClient & { socketTimeoutTimer?: NodeJS.Timeout | undefined }): void {
  clearTimeout(client.socketTimeoutTimer);
  client.socketTimeoutTimer = undefined;
}

/**
 * Closes a client of ours and resolves when nothing of it is left.
 * A client that waits for its next attempt never tells of its end, but has a timer of `disconnectTimeout`: the limit covers both.
 */
export async function disconnect(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  const ended = new AbortController();
  client.once('end', () => ended.abort());
  client.disconnect();
  await sleep(limitMs, undefined, { signal: ended.signal }).catch(() => undefined);
}
