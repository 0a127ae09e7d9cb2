import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { clusterSlot } from '../../src/adapters/resp/cluster-store';
import type { RedisDriver } from '../../src/adapters/redis/redis-driver';
import { driverContract, storeContract, testKey, type DriverHarness } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { makeDriver, openDriver } from '../adapters/redis/open-driver';
import { TestCluster } from '../adapters/redis/test-cluster';
import { until } from '../adapters/redis/until';
import { borrow } from '../support/borrowed-clients';
import { redis } from '../../src/adapters/redis';
import { promptly } from '../../src/testing/suite-tools';

const kinds = ['redis', 'valkey'] as const;

const password = 'wrong-secret';

ioredisVersions.forEach(({ version, ioredis }, i) => {
  const kind = kinds[i] ?? 'redis';

  describe(`redis() with ${version} on a cluster of ${kind}-servers`, function () {
    this.timeout(20_000);
    let cluster: TestCluster;
    let others: RedisDriver;

    before(async () => {
      cluster = await TestCluster.start(kind);
      others = await openDriver(ioredis, cluster.target);
    });

    after(async () => {
      await others.close();
      await cluster.stop();
    });

    afterEach(() => cluster.comeBack());

    storeContract('its store', async () => {
      const driver = await openDriver(ioredis, cluster.target);
      return {
        store: driver.store,
        elapse: (ms) => sleep(ms),
        goAway: () => cluster.goAway(),
        comeBack: () => cluster.comeBack(),
        foreign: {
          set: (key, payload) => others.store.set(testKey(key), payload, 60_000),
          get: (key) => others.store.get(testKey(key)),
        },
        close: () => driver.close(),
      };
    });

    driverContract(
      'its driver',
      async (): Promise<DriverHarness> => {
        await cluster.clear();
        const { cluster: nodes, options } = cluster.target;
        const driver = makeDriver(ioredis, cluster.target);
        const refused = makeDriver(ioredis, { cluster: nodes, options: { ...options, redisOptions: { username: 'app', password } } });
        return {
          driver,
          ...cluster.control,
          borrowing: () => borrow(new ioredis.Cluster(nodes, options), (client) => redis(client)),
          auth: { driver: refused, password },
          close: async () => {
            await Promise.all([driver.close(), refused.close()]);
          },
        };
      },
      { database: 'a cluster has one database' },
    );

    it('knows where the cluster keeps a key', async () => {
      const keys = ['a', 'user:1', '{user}:1', '{}a', 'a{b', 'a{b}{c}', '}{', 'é', '🔑', 'a b'];

      for (const key of keys) expect(await cluster.servers[0]?.cli('CLUSTER', 'KEYSLOT', key)).to.equal(String(clusterSlot(key)));
    });

    it('asks once per slot, whichever node keeps it', async () => {
      const driver = await openDriver(ioredis, cluster.target, 60_000);
      const keys = ['{a}1', '{a}2', '{b}1', '{c}1', '{c}2', '{c}3'].map(testKey);
      await driver.store.setMany(keys.map((key) => ({ key, payload: key, ttlMs: 60_000 })));
      await Promise.all(cluster.servers.map((server) => server.cli('CONFIG', 'RESETSTAT')));

      const payloads = await driver.store.getMany(keys);

      const stats = await Promise.all(cluster.servers.map((server) => server.cli('INFO', 'commandstats')));
      const calls = stats.map((text) => Number(/cmdstat_mget:calls=(\d+)/.exec(text)?.[1] ?? 0));
      expect(payloads).to.deep.equal(keys);
      expect(calls.reduce((sum, each) => sum + each, 0)).to.equal(3);
      await driver.close();
    });

    it('rejects to clear rather than clear nothing while it knows no master', async () => {
      const driver = makeDriver(ioredis, cluster.target);

      const [outcome] = await Promise.allSettled([driver.store.clear(testKey('a'))]);

      expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      await driver.close();
    });

    it('is down while one master is silent, and up when all answer', async () => {
      const driver = await openDriver(ioredis, cluster.target);
      const before = driver.probe.health;

      await cluster.proxies[1]?.set({ mode: 'blackhole' });
      await until('it is down', () => driver.probe.health === 'down');
      const { reason } = driver.probe;
      await cluster.comeBack();
      await until('it is up', () => driver.probe.health === 'up');

      expect(before).to.equal('up');
      expect(reason).to.match(/the owner of 546\d of 16384 slots does not answer/);
      await driver.close();
    });

    it('goes down with the cluster, says why, and comes up with it', async () => {
      const driver = await openDriver(ioredis, cluster.target);

      await cluster.goAway();
      await until('it is down', () => driver.probe.health === 'down');
      await cluster.comeBack();
      await until('it is up', () => driver.probe.health === 'up');

      await driver.close();
    });

    it('closes promptly in every state, and leaves nothing', async () => {
      const alive = async (): Promise<string> => (await sleep(1), process.getActiveResourcesInfo().sort().join(' '));
      const before = await alive();
      const unopened = makeDriver(ioredis, cluster.target);
      const ready = await openDriver(ioredis, cluster.target);
      await cluster.goAway();
      const waiting = makeDriver(ioredis, cluster.target);
      const opening = waiting.open();
      await sleep(50);

      await promptly('close()', Promise.all([opening, ...[unopened, ready, waiting].map((driver) => driver.close())]));

      await cluster.comeBack();
      await until('nothing is left', async () => (await alive()) === before, 1_500);
    });
  });
});
