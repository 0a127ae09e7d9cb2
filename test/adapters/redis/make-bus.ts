import type { RedisBus } from '../../../src/adapters/redis/redis-bus';
import type { RedisClient } from '../../../src/adapters/redis/redis-client';
import { RedisDriver } from '../../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../../src/adapters/system/system-clock';
import type { InvalidationMessage } from '../../../src/ports/invalidation-bus';

export interface BusDriver extends RedisDriver {
  readonly bus: RedisBus;
}

/** A driver with a bus and a quick PING, on a client of ours unless something else is said. */
export function makeBusDriver(client: RedisClient, parts: { owner?: 'driver' | 'user'; clock?: SystemClock } = {}): BusDriver {
  const { owner = 'driver', clock = new SystemClock() } = parts;
  return new RedisDriver({ client, owner, name: 'redis', channel: 'news', pingIntervalMs: 100, clock }) as BusDriver;
}

export function news(sequence: number): InvalidationMessage {
  return { version: 1, node: 'a-node', sequence, namespace: 'shop', keys: 'everything' };
}

/** What somebody is told, in words: sequences and gaps. */
export async function listenTo(bus: RedisBus): Promise<{ readonly heard: (number | 'gap')[]; readonly leave: () => Promise<void> }> {
  const heard: (number | 'gap')[] = [];
  const leave = await bus.subscribe(
    ({ sequence }) => heard.push(sequence),
    () => heard.push('gap'),
  );
  return { heard, leave };
}
