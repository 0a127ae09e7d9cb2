import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis from '@keyv/redis';
import { Cluster } from 'ioredis';
import { keyv } from '../../src/adapters/keyv';
import { storeContract } from '../../src/testing';
import { TestCluster } from '../adapters/redis/test-cluster';

describe('keyv(new KeyvRedis(cluster)) on three redis-servers', () => {
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.start('redis');
  });

  after(() => cluster.stop());

  storeContract('its store', async () => {
    const { cluster: rootNodes, options } = cluster.target;
    const adapter = new KeyvRedis({
      rootNodes: rootNodes.map(({ host, port }) => ({ socket: { host, port } })),
      nodeAddressMap: options.natMap,
      defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
    });
    const driver = keyv(adapter);
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
