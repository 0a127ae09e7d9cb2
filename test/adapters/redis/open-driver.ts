import { ownClient, type IoredisModule, type OwnTarget } from '../../../src/adapters/redis/own-client';
import { RedisDriver } from '../../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../../src/adapters/system/system-clock';

/** What `redis(target)` makes, with the ioredis of one's choice and a quick PING. */
export function makeDriver(ioredis: IoredisModule, target: OwnTarget, pingIntervalMs = 100): RedisDriver {
  const clock = new SystemClock();
  return new RedisDriver({ client: ownClient(ioredis, target, clock), owner: 'driver', name: 'redis', pingIntervalMs, clock });
}

export async function openDriver(ioredis: IoredisModule, target: OwnTarget, pingIntervalMs?: number): Promise<RedisDriver> {
  const driver = makeDriver(ioredis, target, pingIntervalMs);
  await driver.open();
  return driver;
}
