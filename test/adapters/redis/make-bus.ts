import type { RedisBus } from '../../../src/adapters/redis/redis-bus';
import type { RedisClient } from '../../../src/adapters/redis/redis-client';
import { RedisDriver } from '../../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../../src/adapters/system/system-clock';
import type { Cancel } from '../../../src/ports/clock';
import type { InvalidationMessage } from '../../../src/ports/invalidation-bus';

/** Whoever waits waits a quarter, and whatever stood for a tenth of a millisecond stood for a second: losses are then no flapping. */
export class HastyClock extends SystemClock {
  override elapsed(): number {
    return super.elapsed() * 10_000;
  }

  override schedule(delayMs: number, task: () => void): Cancel {
    return super.schedule(delayMs / 4, task);
  }
}

export interface BusDriver extends RedisDriver {
  readonly bus: RedisBus;
}

/** A driver with a bus and a quick PING, on a client of ours unless something else is said. */
export function makeBusDriver(client: RedisClient, parts: { owner?: 'driver' | 'user'; clock?: SystemClock } = {}): BusDriver {
  const { owner = 'driver', clock = new HastyClock() } = parts;
  return new RedisDriver({ client, owner, name: 'redis', channel: 'news', pingIntervalMs: 200, clock }) as BusDriver;
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
