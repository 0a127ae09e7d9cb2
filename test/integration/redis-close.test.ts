import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import type { RedisDriver } from '../../src/adapters/redis/redis-driver';
import { testKey } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { makeDriver, openDriver } from '../adapters/redis/open-driver';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';
import { proxiedServer } from '../support/proxied-server';

const key = testKey('k');

/** The resources that keep this process alive; a turn later, because mocha's own timer begins after the test. */
const alive = async (): Promise<string> => {
  await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().sort().join(' ');
};

for (const { version, ioredis } of ioredisVersions) {
  describe(`Closing redis() with ${version}`, () => {
    const at = proxiedServer('redis', { args: ['--tcp-backlog', '1'] });

    const closesCleanly = async (driver: RedisDriver, before: string): Promise<void> => {
      await promptly('close()', driver.close());

      await until('nothing of it is left', async () => (await alive()) === before, 1_000);
      expect(driver.probe.health).to.equal('down');
    };

    it('leaves nothing when it was never opened', async () => {
      const before = await alive();

      await closesCleanly(makeDriver(ioredis, at.server.url), before);
    });

    it('leaves nothing when it is ready', async () => {
      const before = await alive();

      await closesCleanly(await openDriver(ioredis, at.server.url), before);
    });

    it('leaves nothing while it opens, and lets open() end', async () => {
      await at.proxy.set({ mode: 'refuse' });
      const before = await alive();
      const driver = makeDriver(ioredis, at.proxy.url);
      const opening = driver.open();

      await closesCleanly(driver, before);
      await promptly('open()', opening);
    });

    it('leaves nothing while it waits for the next attempt', async () => {
      await at.proxy.set({ mode: 'refuse' });
      const before = await alive();
      const driver = makeDriver(ioredis, at.proxy.url);
      const opening = driver.open();
      await until('it was refused', () => driver.probe.reason === 'ECONNREFUSED');

      await closesCleanly(driver, before);
      await opening;
    });

    it('leaves nothing while the server is frozen, and rejects calls in flight', async () => {
      const before = await alive();
      const driver = await openDriver(ioredis, at.server.url);
      at.server.freeze();
      try {
        const owed = Promise.allSettled([driver.store.get(key), driver.store.set(key, 'late', 60_000), driver.store.clear(key)]);

        await closesCleanly(driver, before);

        expect((await owed).map((outcome) => outcome.status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
      } finally {
        at.server.thaw();
      }
    });

    it('can be done twice, at once and later', async () => {
      const driver = await openDriver(ioredis, at.server.url);

      await Promise.all([driver.close(), driver.close()]);
      await driver.close();

      expect(driver.probe.reason).to.equal('stopped');
    });

    it('makes every later call reject', async () => {
      const driver = await openDriver(ioredis, at.server.url);
      await driver.close();

      const outcomes = await Promise.allSettled([driver.store.get(key), driver.store.set(key, 'late', 60_000), driver.store.delete([key])]);

      for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
    });

    it('leaves nothing while the server does not accept', async () => {
      at.server.freeze();
      const crowd: Socket[] = [];
      try {
        for (let i = 0; i < 3; i += 1) crowd.push(connect(at.server.port, '127.0.0.1').on('error', () => undefined));
        await once(crowd[0] as Socket, 'connect');
        const before = await alive();
        const driver = makeDriver(ioredis, at.server.url);
        const opening = driver.open();
        await new Promise((resolve) => setTimeout(resolve, 50));

        const { reason } = driver.probe;
        await closesCleanly(driver, before);
        await opening;
        expect(reason).to.equal('not connected yet');
      } finally {
        for (const socket of crowd) socket.destroy();
        at.server.thaw();
      }
    });
  });
}
