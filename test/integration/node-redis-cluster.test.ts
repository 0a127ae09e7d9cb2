import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis, { createCluster as createCluster5, type RedisClusterOptions } from '@keyv/redis';
import { expect } from 'chai';
import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { keyv } from '../../src/adapters/keyv';
import { nodeRedis, type NodeRedisCluster } from '../../src/adapters/node-redis';
import { nodeRedisDriver } from '../../src/adapters/node-redis/node-redis';
import { SystemClock } from '../../src/adapters/system/system-clock';
import type { Clock } from '../../src/ports/clock';
import type { StoreDriver } from '../../src/ports/driver';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { Store } from '../../src/ports/store';
import { busContract, driverContract, storeContract, testKey, type BorrowedClient, type DriverHarness } from '../../src/testing';
import { makeDriver as makeKeyvDriver } from '../adapters/keyv/open-driver';
import { HastyClock } from '../adapters/redis/make-bus';
import { TestCluster } from '../adapters/redis/test-cluster';
import { borrowNodeRedis } from '../support/borrowed-clients';
import { plainKeys } from '../support/proxied-server';

const password = 'wrong-secret';

/** The calls with many keys. */
const batches: Readonly<Record<string, (store: Store, keys: readonly SanitizedKey[]) => Promise<readonly (string | undefined)[]>>> = {
  getMany: (store, keys) => store.getMany(keys),
  setMany: async (store, keys) => {
    await store.setMany(keys.map((key) => ({ key, payload: 'before', ttlMs: 60_000 })));
    return Promise.all(keys.map((key) => store.get(key)));
  },
};

interface Subject {
  readonly driver: (options: RedisClusterOptions) => StoreDriver;
  readonly borrow: (options: RedisClusterOptions) => Promise<BorrowedClient>;
}

function nodeRedisCluster(options: RedisClusterOptions, clock: Clock = new HastyClock()): StoreDriver {
  const cluster: NodeRedisCluster = createCluster(options as Parameters<typeof createCluster>[0]);
  return nodeRedisDriver(cluster, { name: 'node-redis', pingIntervalMs: 200, channel: 'news', keyPrefix: 'app:' }, clock);
}

const subjects: Readonly<Record<string, Subject>> = {
  'keyv(new KeyvRedis(cluster)), with node-redis 5': {
    driver: (options) => makeKeyvDriver(new KeyvRedis(options)),
    borrow: (options) => borrowNodeRedis(createCluster5(options), (client) => keyv(new KeyvRedis(client))),
  },
  'nodeRedis(cluster), with node-redis 6': {
    driver: (options) => nodeRedisCluster(options),
    borrow: (options) => borrowNodeRedis(createCluster(options as Parameters<typeof createCluster>[0]), (client) => nodeRedis(client)),
  },
};

describe('node-redis on a cluster of three redis-servers', () => {
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.start('redis');
  });

  after(() => cluster.stop());

  function clusterOptions(credentials: { readonly username?: string; readonly password?: string } = {}): RedisClusterOptions {
    const { cluster: rootNodes, options } = cluster.target;
    return {
      rootNodes: rootNodes.map(({ host, port }) => ({ socket: { host, port } })),
      nodeAddressMap: options.natMap,
      defaults: { ...credentials, disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
    };
  }

  for (const [name, { driver: make, borrow }] of Object.entries(subjects)) {
    describe(name, () => {
      driverContract(
        'its driver',
        async (): Promise<DriverHarness> => {
          await cluster.clear();
          const driver = make(clusterOptions());
          const refused = make(clusterOptions({ username: 'app', password }));
          return {
            driver,
            ...cluster.control,
            borrowing: () => borrow(clusterOptions()),
            auth: { driver: refused, password },
            close: async () => {
              await Promise.all([driver.close(), refused.close()]);
              await cluster.comeBack();
            },
          };
        },
        { database: 'a cluster has one database' },
      );

      for (const [batch, call] of Object.entries(batches)) {
        it(`goes on with ${batch} after slots have moved to another node`, async () => {
          const driver = make(clusterOptions());
          const [key, other] = [testKey(`moved:${name}:${batch}`), testKey(`other:${name}:${batch}`)];
          await driver.open();
          try {
            await driver.store.setMany([key, other].map((each) => ({ key: each, payload: 'before', ttlMs: 60_000 })));
            await cluster.moveSlotOf(key);

            expect(await call(driver.store, [key, other])).to.deep.equal(['before', 'before']);
            expect(await driver.store.getMany([key, other])).to.deep.equal(['before', 'before']);
          } finally {
            await driver.close();
          }
        });
      }

      it('reads, writes and deletes both keys of a slot that is being moved, of which one has moved already', async () => {
        const driver = make(clusterOptions());
        const [moved, waiting] = [testKey('{half}:moved'), testKey('{half}:waiting')];
        const entries = (payload: string) => [moved, waiting].map((key) => ({ key, payload, ttlMs: 60_000 }));
        await driver.open();
        try {
          await driver.store.setMany(entries('before'));
          await cluster.moveSlotOf(moved, async () => {
            expect(await driver.store.getMany([moved, waiting])).to.deep.equal(['before', 'before']);
            expect(await driver.store.get(moved)).to.equal('before');
            await driver.store.setMany(entries('after'));
            expect(await driver.store.getMany([moved, waiting])).to.deep.equal(['after', 'after']);
            await driver.store.delete([moved, waiting]);
            expect(await driver.store.getMany([moved, waiting])).to.deep.equal([undefined, undefined]);
          });
        } finally {
          await driver.close();
        }
      });

      storeContract('its store', async () => {
        const { cluster: rootNodes, options } = cluster.target;
        const driver = make(clusterOptions());
        const others = new Cluster(rootNodes, options);
        await driver.open();
        return {
          store: driver.store,
          elapse: (ms) => sleep(ms),
          goAway: () => cluster.goAway(),
          comeBack: () => cluster.comeBack(),
          foreign: plainKeys(others),
          close: async () => {
            await driver.close();
            others.disconnect();
          },
        };
      });
    });
  }

  busContract('the bus of nodeRedis(cluster)', () => cluster.busHarness(() => nodeRedisCluster(clusterOptions(), new SystemClock())));
});
