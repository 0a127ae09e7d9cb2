import { setTimeout as sleep } from 'node:timers/promises';
import { createFailFastClient } from '../../src/adapters/redis/fail-fast-client';
import { RedisDriver } from '../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../src/adapters/system/system-clock';
import { storeContract } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { FaultProxy } from '../support/fault-proxy';
import { TestServer } from '../support/servers';

for (const { version, ioredis } of ioredisVersions) {
  for (const kind of ['redis', 'valkey'] as const) {
    describe(`redis() with ${version} on ${kind}-server`, () => {
      let server: TestServer;
      let proxy: FaultProxy;

      before(async () => {
        server = await TestServer.start(kind);
        proxy = await FaultProxy.start(server.port);
      });

      after(async () => {
        await proxy.stop();
        await server.stop();
      });

      storeContract('its store', async () => {
        const clock = new SystemClock();
        const client = createFailFastClient(ioredis, proxy.url, clock);
        const driver = new RedisDriver({ client, owner: 'driver', name: 'redis', pingIntervalMs: 5_000, clock });
        const others = new ioredis.Redis(server.url);
        await driver.open();
        return {
          store: driver.store,
          elapse: (ms) => sleep(ms),
          goAway: () => proxy.set({ mode: 'refuse' }),
          comeBack: () => proxy.set({ mode: 'pass' }),
          foreign: {
            set: async (key, payload) => {
              await others.set(key, payload);
            },
            get: async (key) => (await others.get(key)) ?? undefined,
          },
          close: async () => {
            await driver.close();
            others.disconnect();
          },
        };
      });
    });
  }
}
