import { createFailFastClient, type IoredisModule, type OwnTarget } from '../../../src/adapters/redis/redis';
import { RedisDriver } from '../../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../../src/adapters/system/system-clock';

/** The driver that `redis(target)` makes, with the given ioredis and a short PING interval. */
export function makeDriver(ioredis: IoredisModule, target: OwnTarget, pingIntervalMs = 100): RedisDriver {
  const clock = new SystemClock();
  return new RedisDriver({ client: createFailFastClient(ioredis, target, clock), owner: 'driver', name: 'redis', pingIntervalMs, clock });
}

export async function openDriver(ioredis: IoredisModule, target: OwnTarget, pingIntervalMs?: number): Promise<RedisDriver> {
  const driver = makeDriver(ioredis, target, pingIntervalMs);
  await driver.open();
  return driver;
}
