import KeyvRedis from '@keyv/redis';
import { expect } from 'chai';
import Keyv from 'keyv';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { createFailFastClient, type OwnTarget } from '../../src/adapters/redis/redis';
import type { RedisClient } from '../../src/adapters/redis/redis-client';
import { RedisDriver } from '../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../src/adapters/system/system-clock';
import { createCache } from '../../src/create-cache';
import type { StoreDriver } from '../../src/ports/driver';
import { testKey } from '../../src/testing';
import { nodeRedisVersions } from '../adapters/node-redis/node-redis-versions';
import { makeDriver } from '../adapters/node-redis/open-driver';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { TestCluster } from '../adapters/redis/test-cluster';
import { until } from '../adapters/redis/until';
import { blockEventLoop } from '../support/block-event-loop';
import { TestServer } from '../support/servers';

const minuteMs = 60_000;

/** Longer than the socket timeout of 1.5 s, the deadlines, and the 1 s for the reply to a PING. */
const busyMs = 1_700;

const driverOn = (client: RedisClient, pingIntervalMs: number): StoreDriver =>
  new RedisDriver({ client, owner: 'driver', name: 'redis', channel: 'news', pingIntervalMs, clock: new SystemClock() });

interface Maker {
  readonly name: string;
  readonly make: (server: TestServer, cluster: TestCluster) => StoreDriver;
}

const makers: readonly Maker[] = [
  ...ioredisVersions.map(({ version, ioredis }): Maker => {
    const client = (target: OwnTarget): RedisClient => createFailFastClient(ioredis, target, new SystemClock());
    return { name: `redis() with ${version}`, make: ({ url }) => driverOn(client(url), minuteMs) };
  }),
  ...ioredisVersions.map(({ version, ioredis }): Maker => {
    const client = (target: OwnTarget): RedisClient => createFailFastClient(ioredis, target, new SystemClock());
    return { name: `redis({ cluster }) with ${version}`, make: (_, { target }) => driverOn(client(target), minuteMs) };
  }),
  { name: 'valkey()', make: ({ url }) => valkey(url) },
  ...nodeRedisVersions.map(({ version, nodeRedis }): Maker => ({
    name: `nodeRedis() with ${version}`,
    make: ({ url }) => makeDriver(nodeRedis, url, { pingIntervalMs: minuteMs }, new SystemClock()),
  })),
  { name: 'keyv(KeyvRedis)', make: ({ url }) => keyv(new Keyv(new KeyvRedis(url))) },
];

describe('A process that was busy for longer than every timeout', () => {
  let server: TestServer;
  let cluster: TestCluster;
  let driver: StoreDriver;
  let changes: string[];

  const open = async (opened: StoreDriver): Promise<void> => {
    driver = opened;
    await driver.open();
    await driver.bus?.subscribe(
      () => undefined,
      () => changes.push('gap'),
    );
    changes = [];
    driver.probe.onChange((health) => changes.push(health));
    driver.bus?.probe.onChange((health) => changes.push(`bus ${health}`));
  };

  before(async function () {
    this.timeout(30_000);
    server = await TestServer.start('redis');
    cluster = await TestCluster.start('redis');
  });

  afterEach(() => driver.close());

  after(async () => {
    await cluster.stop();
    await server.stop();
  });

  for (const { name, make } of makers) {
    it(`reads the replies that had arrived, and keeps the connections of ${name}`, async () => {
      await open(make(server, cluster));
      const { store } = driver;

      const calls = [store.set(testKey('a'), '1', minuteMs), store.get(testKey('b')), store.delete([testKey('c')])];
      blockEventLoop(busyMs);
      await Promise.all(calls);
      await store.get(testKey('a'));

      expect(changes).to.deep.equal([]);
    });
  }

  for (const { version, ioredis } of ioredisVersions) {
    it(`reads the reply to a PING that had arrived, with ${version}`, async () => {
      const client = createFailFastClient(ioredis, server.url, new SystemClock());
      const sendPing = client.ping.bind(client);
      let pings = 0;
      await open(driverOn(client, 20));
      client.ping = () => {
        const reply = sendPing();
        pings += 1;
        if (pings === 1) blockEventLoop(busyMs);
        return reply;
      };

      await until('the next PING was sent', () => pings > 1);

      expect(changes).to.deep.equal([]);
    });
  }

  it('has no pending keys, no open circuit and no outage', async () => {
    driver = valkey(server.url);
    const cache = createCache({ namespace: 'busy', secondary: driver });
    const states: string[] = [];
    await cache.start();
    cache.on('down', ({ reason }) => states.push(reason));
    try {
      const writes = Array.from({ length: 20 }, (_, i) => cache.set(`k${i}`, i));
      for (let i = 0; i < 20; i++) {
        writes.push(cache.set(`k${i}`, i));
        await new Promise((resolve) => setImmediate(resolve));
      }
      blockEventLoop(busyMs);
      await Promise.all(writes);
      const { state, breaker, pending } = cache.health().l2 ?? {};
      expect([state, breaker, pending, states]).to.deep.equal(['up', 'closed', 0, []]);
    } finally {
      await cache.close();
    }
    await until('the server has the values', async () => (await server.cli('DBSIZE')) !== '0');
  });
});
