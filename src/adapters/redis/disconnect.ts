import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisClient } from './redis-client';

/** A little more than our `disconnectTimeout`, after which ioredis destroys the socket of a server that does not say goodbye. */
const limitMs = 150;

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
