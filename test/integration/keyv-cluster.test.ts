import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis from '@keyv/redis';
import { expect } from 'chai';
import { Cluster } from 'ioredis';
import { keyv } from '../../src/adapters/keyv';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { Store } from '../../src/ports/store';
import { storeContract, testKey } from '../../src/testing';
import { TestCluster } from '../adapters/redis/test-cluster';

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

  function newAdapter(): KeyvRedis<string> {
    const { cluster: rootNodes, options } = cluster.target;
    return new KeyvRedis({
      rootNodes: rootNodes.map(({ host, port }) => ({ socket: { host, port } })),
      nodeAddressMap: options.natMap,
      defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
    });
  }

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
