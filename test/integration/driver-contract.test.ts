import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis, { createClient } from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { nodeRedis } from '../../src/adapters/node-redis';
import { redis, type RedisClient } from '../../src/adapters/redis';
import type { StoreDriver } from '../../src/ports/driver';
import { driverContract, FakeClock, FakeDriver, type BorrowedClient, type DriverHarness, type Lacks } from '../../src/testing';
import { makeDriver } from '../adapters/keyv/open-driver';
import { nodeRedisVersions } from '../adapters/node-redis/node-redis-versions';
import { makeDriver as makeNodeRedisDriver } from '../adapters/node-redis/open-driver';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { makeDriver as makeRedisDriver } from '../adapters/redis/open-driver';
import { borrow, borrowNodeRedis, type Emitter } from '../support/borrowed-clients';
import { TestServer } from '../support/servers';
import type { ServerKind } from '../support/server-binaries';

const password = 'wrong-secret';

interface Remote {
  readonly name: string;
  readonly kind: ServerKind;
  readonly make: (url: string) => StoreDriver;
  readonly borrow: (url: string) => Promise<BorrowedClient>;
}

const remotes: readonly Remote[] = [
  ...ioredisVersions.map(({ version, ioredis }): Remote => ({
    name: `redis(url) with ${version}`,
    kind: 'redis',
    make: (url) => makeRedisDriver(ioredis, url),
    borrow: (url) => borrow(new ioredis.Redis(url), (client) => redis(client)),
  })),
  {
    name: 'valkey(url)',
    kind: 'valkey',
    make: (url) => valkey(url),
    borrow: (url) =>
      borrow(new KeyvValkey(url, { useRedisSets: false }).redis as RedisClient & Emitter & { disconnect(): void }, (client) =>
        valkey(client),
      ),
  },
  {
    name: 'keyv(new KeyvValkey(url))',
    kind: 'redis',
    make: (url) => makeDriver(new KeyvValkey(url)),
    borrow: (url) => {
      const { hostname: host, port } = new URL(url);
      const adapter = new KeyvValkey({ host, port: Number(port) });
      return borrow(adapter.redis as RedisClient & Emitter & { disconnect(): void }, () => keyv(adapter));
    },
  },
  {
    name: 'keyv(new KeyvRedis(url))',
    kind: 'valkey',
    make: (url) => makeDriver(new KeyvRedis(url)),
    borrow: (url) => borrowNodeRedis(createClient({ url }), (client) => keyv(new KeyvRedis(client))),
  },
  ...nodeRedisVersions.map(({ version, nodeRedis: module, createClient: create }, index): Remote => ({
    name: `nodeRedis(url) with ${version}`,
    kind: index === 0 ? 'redis' : 'valkey',
    make: (url) => makeNodeRedisDriver(module, url),
    borrow: (url) => borrowNodeRedis(create(url), (client) => nodeRedis(client)),
  })),
];

/** The keys of the databases 0 to 15. */
async function keysOf(server: TestServer): Promise<string[]> {
  const printed = await Promise.all(Array.from({ length: 16 }, (_, database) => server.cli('-n', String(database), 'KEYS', '*')));
  return printed.flatMap((lines) => lines.split('\n')).filter((line) => line !== '');
}

for (const { name, kind, make, borrow: borrowing } of remotes) {
  driverContract(name, async (): Promise<DriverHarness> => {
    const server = await TestServer.start(kind);
    const driver = make(server.url);
    const refused = make(`redis://app:${password}@127.0.0.1:${server.port}`);
    const database = make(`${server.url}/99`);
    return {
      driver,
      elapse: (ms) => sleep(ms),
      connection: true,
      outage: { goAway: () => server.kill(), comeBack: () => server.restart() },
      freezing: { freeze: () => server.freeze(), thaw: () => server.thaw() },
      borrowing: () => borrowing(server.url),
      keys: () => keysOf(server),
      auth: { driver: refused, password },
      database,
      close: async () => {
        await Promise.all([driver.close(), refused.close(), database.close()]);
        await server.stop();
      },
    };
  });
}

const inMemory: Lacks = {
  freezing: 'it has no connection that can be silent',
  borrowing: 'it has no client',
  auth: 'it has no passwords',
  database: 'it has no databases',
};

driverContract(
  'keyv(new Map())',
  () => {
    const map = new Map<string, string>();
    return { driver: keyv(map), elapse: (ms) => sleep(ms), keys: () => [...map.keys()] };
  },
  { ...inMemory, connection: 'a Map is always up', outage: 'a Map cannot be out of reach' },
);

driverContract(
  'FakeDriver',
  () => {
    const clock = new FakeClock();
    const driver = new FakeDriver({ clock });
    return {
      driver,
      elapse: (ms) => clock.advance(ms),
      connection: true,
      outage: { goAway: () => driver.goAway(), comeBack: () => driver.comeBack() },
    };
  },
  { ...inMemory, keys: 'its keys are in its store alone' },
);
