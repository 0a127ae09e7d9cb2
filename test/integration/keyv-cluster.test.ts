import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis, { createCluster, type RedisClusterOptions } from '@keyv/redis';
import { expect } from 'chai';
import { Cluster } from 'ioredis';
import { keyv } from '../../src/adapters/keyv';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { Store } from '../../src/ports/store';
import { driverContract, storeContract, testKey, type DriverHarness } from '../../src/testing';
import { makeDriver } from '../adapters/keyv/open-driver';
import { TestCluster } from '../adapters/redis/test-cluster';
import { borrowNodeRedis } from '../support/borrowed-clients';
import { plainKeys } from '../support/proxied-server';

const password = 'wrong-secret';

/** The calls that `@keyv/redis` sends to the node of a slot. */
const batches: Readonly<Record<string, (store: Store, keys: readonly SanitizedKey[]) => Promise<readonly (string | undefined)[]>>> = {
  getMany: (store, keys) => store.getMany(keys),
  setMany: async (store, keys) => {
    await store.setMany(keys.map((key) => ({ key, payload: 'before', ttlMs: 60_000 })));
    return Promise.all(keys.map((key) => store.get(key)));
  },
};

describe('keyv(new KeyvRedis(cluster)) on three redis-servers', () => {
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

  const newAdapter = (): KeyvRedis<string> => new KeyvRedis(clusterOptions());

  driverContract(
    'its driver',
    async (): Promise<DriverHarness> => {
      await cluster.clear();
      const driver = makeDriver(newAdapter());
      const refused = makeDriver(new KeyvRedis(clusterOptions({ username: 'app', password })));
      return {
        driver,
        ...cluster.control,
        borrowing: () => borrowNodeRedis(createCluster(clusterOptions()), (client) => keyv(new KeyvRedis(client))),
        auth: { driver: refused, password },
        close: async () => {
          await Promise.all([driver.close(), refused.close()]);
          await cluster.comeBack();
        },
      };
    },
    { database: 'a cluster has one database' },
  );

  for (const [name, call] of Object.entries(batches)) {
    it(`goes on with ${name} after slots have moved to another node`, async () => {
      const driver = keyv(newAdapter());
      const [key, other] = [testKey(`moved:${name}`), testKey(`other:${name}`)];
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
    const driver = keyv(newAdapter());
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
    const driver = keyv(newAdapter());
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
