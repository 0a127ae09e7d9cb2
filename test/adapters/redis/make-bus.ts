import type { PubSubBus } from '../../../src/adapters/bus/pub-sub-bus';
import { createFailFastClient, type IoredisModule } from '../../../src/adapters/redis/redis';
import type { RedisClient } from '../../../src/adapters/redis/redis-client';
import { RedisDriver } from '../../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../../src/adapters/system/system-clock';
import type { Cancel, Clock } from '../../../src/ports/clock';
import type { InvalidationBus, InvalidationMessage } from '../../../src/ports/invalidation-bus';

/** Delays take a quarter of their time, and 0.1 ms counts as a second of uptime: a loss is then no flapping. */
export class HastyClock extends SystemClock {
  override elapsed(): number {
    return super.elapsed() * 10_000;
  }

  override schedule(delayMs: number, task: () => void): Cancel {
    return super.schedule(delayMs / 4, task);
  }
}

export interface BusDriver extends RedisDriver {
  readonly bus: PubSubBus;
}

/** A client of the driver. On a hasty clock, that of the subscription drops a frozen connection soon after a PING has missed its deadline. */
export function hastyClient(ioredis: IoredisModule, port: number, options: object = {}): RedisClient {
  return createFailFastClient(ioredis, { host: '127.0.0.1', port, ...options }, new SystemClock());
}

export function makeBusDriver(client: RedisClient, owner: 'driver' | 'user' = 'driver', clock: Clock = new HastyClock()): BusDriver {
  const parts = { client, owner, name: 'redis', channel: 'news', pingIntervalMs: 200, clock };
  return new RedisDriver(parts) as BusDriver;
}

export async function openBusDriver(...parts: Parameters<typeof makeBusDriver>): Promise<BusDriver> {
  const driver = makeBusDriver(...parts);
  await driver.open();
  return driver;
}

export function news(sequence: number): InvalidationMessage {
  return { version: 1, node: 'a-node', sequence, namespace: 'shop', keys: 'everything' };
}

/** Subscribes, and records sequence numbers and gaps. */
export async function listenTo(
  bus: InvalidationBus,
): Promise<{ readonly heard: (number | 'gap')[]; readonly unsubscribe: () => Promise<void> }> {
  const heard: (number | 'gap')[] = [];
  const unsubscribe = await bus.subscribe(
    ({ sequence }) => heard.push(sequence),
    () => heard.push('gap'),
  );
  return { heard, unsubscribe };
}
