import KeyvRedis from '@keyv/redis';
import { expect } from 'chai';
import { createCache } from '../../src';
import { clusterSlot } from '../../src/adapters/resp/cluster-store';
import { createFailFastClient } from '../../src/adapters/redis/redis';
import { SystemClock } from '../../src/adapters/system/system-clock';
import type { Cache } from '../../src/domain/cache';
import type { StoreDriver } from '../../src/ports/driver';
import { RecordingLogger } from '../../src/testing';
import { makeDriver } from '../adapters/keyv/open-driver';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { makeBusDriver } from '../adapters/redis/make-bus';
import { TestCluster } from '../adapters/redis/test-cluster';
import { until } from '../adapters/redis/until';

const clock = new SystemClock();

const drivers: Readonly<Record<string, (cluster: TestCluster) => StoreDriver>> = {
  ...Object.fromEntries(
    ioredisVersions.map(({ ioredis, version }) => [
      `redis() with ${version}`,
      ({ target }: TestCluster) => makeBusDriver(createFailFastClient(ioredis, target, clock), 'driver', clock),
    ]),
  ),
  'keyv(new KeyvRedis(cluster))': ({ target: { cluster, options } }) =>
    makeDriver(
      new KeyvRedis({
        rootNodes: cluster.map(({ host, port }) => ({ socket: { host, port } })),
        nodeAddressMap: options.natMap,
        defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
      }),
      clock,
    ),
};

/** Its servers go on with the slots that are left. */
async function startCluster(): Promise<TestCluster> {
  const cluster = await TestCluster.start('redis');
  for (const server of cluster.servers) await server.cli('CONFIG', 'SET', 'cluster-require-full-coverage', 'no');
  return cluster;
}

describe('A cluster of which one master is gone', function () {
  this.timeout(60_000);
  let cluster: TestCluster;

  before(async () => {
    cluster = await startCluster();
  });

  after(() => cluster.stop());

  for (const [name, make] of Object.entries(drivers)) {
    it(`is down as a whole, and health says how many slots are away: ${name}`, async () => {
      const cache = createCache({ secondary: make(cluster), namespace: 'shop', ttl: '10m', logger: new RecordingLogger() });
      const lost = await cluster.masterOf('{shop}');
      const key = keyElsewhere(clusterSlot('{shop}'));
      try {
        await cache.start();
        await cache.set(key, 'older');

        await lost.kill();
        await until('it is noticed', () => cache.health().l2?.state === 'down');

        expect(cache.health().l2?.reason).to.match(/the owner of 546\d of 16384 slots does not answer/);
        expect(await Promise.all([cache.del(key), cache.delByTag('tag'), cache.clear({ erase: true })])).to.deep.equal([
          'pending',
          'pending',
          'pending',
        ]);

        await lost.restart();
        await until('it is up', () => cache.health().l2?.state === 'up' && cache.health().l2?.pending === 0, 20_000);
        expect(await cache.get(key)).to.equal(undefined);
        expect(await cache.set(key, 'newer')).to.equal('done');
      } finally {
        await cache.close();
        await until('the cluster is whole', async () => (await cluster.servers[0]?.cli('CLUSTER', 'NODES'))?.includes('fail') === false);
      }
    });

    it(`does not clear the rest of it: ${name}`, async () => {
      const driver = make(cluster);
      const [lost] = cluster.servers;
      const cache = createCache({ secondary: driver, namespace: 'shop', logger: new RecordingLogger() });
      try {
        await cache.start();
        await lost?.kill();

        const outcome = await driver.store.clear('shop:' as never).catch((error: unknown) => error);

        expect(outcome).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
      } finally {
        await lost?.restart();
        await cache.close();
        await until('the cluster is whole', async () => (await cluster.servers[1]?.cli('CLUSTER', 'NODES'))?.includes('fail') === false);
      }
    });
  }
});

describe('A cluster of which one master is gone, until its replica takes over', function () {
  this.timeout(60_000);

  it('is cleared, and holds nothing old', async () => {
    const cluster = await startCluster();
    const lost = await cluster.masterOf('{shop}');
    await cluster.addReplicaOf(lost);
    const caches: Cache[] = Object.values(drivers).map((make) =>
      createCache({ secondary: make(cluster), namespace: 'shop', ttl: '10m', logger: new RecordingLogger() }),
    );
    const keys = Array.from({ length: 30 }, (_, i) => `key${String(i)}`);
    try {
      await Promise.all(caches.map((cache) => cache.start()));
      for (const cache of caches) {
        await Promise.all(keys.map((key) => cache.set(key, 'older', { tags: ['tag'] })));
        await lost.cli('WAIT', '1', '5000');
      }
      await lost.kill();

      // The servers notice it after a second; the client finds the state of the namespace away at once.
      expect(await caches[0]?.clear({ erase: true })).to.equal('pending');
      expect(await caches[1]?.delByTag('tag')).to.equal('pending');
      await until('all are well', () => caches.every(isWell), 30_000);

      for (const cache of caches) {
        const read = await Promise.all(keys.map((key) => cache.get(key)));
        expect(read.filter((value) => value !== undefined)).to.deep.equal([]);
      }
    } finally {
      await Promise.all(caches.map((cache) => cache.close()));
      await cluster.stop();
    }
  });
});

function isWell(cache: Cache): boolean {
  return cache.health().l2?.state === 'up' && cache.health().l2?.pending === 0;
}

/** A key of the namespace on another master. */
function keyElsewhere(slot: number): string {
  for (let i = 0; ; i += 1) {
    const key = `key${String(i)}`;
    if (Math.abs(clusterSlot(`shop:v1:${key}`) - slot) > 6_000) return key;
  }
}
