import { expect } from 'chai';
import { createFailFastClient } from '../../src/adapters/redis/redis';
import { SystemClock } from '../../src/adapters/system/system-clock';
import { busContract } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { listenTo, makeBusDriver, news, type BusDriver } from '../adapters/redis/make-bus';
import { TestCluster } from '../adapters/redis/test-cluster';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';

const kinds = ['redis', 'valkey'] as const;

ioredisVersions.forEach(({ version, ioredis }, index) => {
  const kind = kinds[index] ?? 'redis';

  describe(`The bus of redis() with ${version} on a cluster of ${kind}-servers`, function () {
    this.timeout(20_000);
    let cluster: TestCluster;

    before(async () => {
      cluster = await TestCluster.start(kind);
    });

    after(() => cluster.stop());

    const make = (): BusDriver => makeBusDriver(createFailFastClient(ioredis, cluster.target, new SystemClock()));

    // Once, because it takes seconds and runs the same code.
    if (kind === 'redis')
      busContract('it', () =>
        cluster.busHarness(() =>
          makeBusDriver(createFailFastClient(ioredis, cluster.target, new SystemClock()), 'driver', new SystemClock()),
        ),
      );

    it('delivers the messages of one publisher in order, on whichever node a process subscribes', async () => {
      const drivers = Array.from({ length: 6 }, make);
      await Promise.all(drivers.map((driver) => driver.open()));
      const ears = await Promise.all(drivers.map(({ bus }) => listenTo(bus)));
      const sequences = Array.from({ length: 100 }, (_, n) => n + 1);

      await Promise.all(sequences.map((sequence) => drivers[0]!.bus.publish(news(sequence))));
      await until('all arrived', () => ears.every(({ heard }) => heard.length === sequences.length));

      for (const { heard } of ears) expect(heard).to.deep.equal(sequences);
      await Promise.all(drivers.map((driver) => driver.close()));
    });

    it('subscribes on another node when its own is gone', async () => {
      const driver = make();
      await driver.open();
      const { heard } = await listenTo(driver.bus);
      const listeners = async (): Promise<boolean[]> =>
        Promise.all(cluster.servers.map(async (server) => (await server.cli('CLIENT', 'LIST', 'TYPE', 'pubsub')) !== ''));
      const node = (await listeners()).indexOf(true);

      await cluster.proxies[node]?.set({ mode: 'refuse' });
      await until('it is down', () => driver.bus.probe.health === 'down');
      await until('it is up', () => driver.bus.probe.health === 'up');
      await cluster.servers[node]?.cli('PUBLISH', 'news', JSON.stringify(news(1)));
      await until('it arrived', () => heard.includes(1));

      expect(heard).to.deep.equal(['gap', 1]);
      expect((await listeners())[node]).to.equal(false);
      await driver.close();
      await cluster.comeBack();
    });

    it('closes promptly while no node is known', async () => {
      const driver = make();
      const subscribing = listenTo(driver.bus);
      const { reason } = driver.bus.probe;

      await promptly('close()', Promise.all([driver.close(), subscribing]));

      expect(reason).to.equal('no node is known');
    });
  });
});
