import { SystemClock } from '../../src/adapters/system/system-clock';
import { createFailFastClient } from '../../src/adapters/redis/redis';
import { RedisDriver } from '../../src/adapters/redis/redis-driver';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { storeContractOn } from '../support/proxied-server';

for (const { version, ioredis } of ioredisVersions) {
  for (const kind of ['redis', 'valkey'] as const) {
    describe(`redis() with ${version} on ${kind}-server`, () => {
      storeContractOn(kind, (url) => {
        const clock = new SystemClock();
        const client = createFailFastClient(ioredis, url, clock);
        return new RedisDriver({ client, owner: 'driver', name: 'redis', pingIntervalMs: 5_000, clock });
      });
    });
  }
}
