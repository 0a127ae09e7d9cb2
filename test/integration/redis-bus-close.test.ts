import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { alive, leftOver } from '../adapters/redis/left-over';
import { hastyClient, listenTo, makeBusDriver, news, openBusDriver, type BusDriver } from '../adapters/redis/make-bus';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';
import { proxiedServer } from '../support/proxied-server';

const events = ['connecting', 'connect', 'ready', 'error', 'close', 'reconnecting', 'end', 'message', 'messageBuffer'];

for (const { version, ioredis } of ioredisVersions) {
  describe(`Closing the bus of redis() with ${version}`, () => {
    const at = proxiedServer('redis');

    const nothingIsLeft = async (before: readonly string[]): Promise<void> => {
      await until('no more is alive than before', async () => (await leftOver(before)).length === 0, 1_000);
      await until('the server has no subscriber', async () => (await at.server.cli('CLIENT', 'LIST', 'TYPE', 'pubsub')) === '');
    };
    const closesInTime = async (driver: BusDriver): Promise<void> => {
      await promptly('close()', driver.close());

      expect(driver.bus.probe.health).to.equal('down');
    };

    it('leaves nothing while it is subscribed', async () => {
      const before = await alive();
      const driver = await openBusDriver(hastyClient(ioredis, at.server.port));
      await listenTo(driver.bus);

      await closesInTime(driver);

      await nothingIsLeft(before);
    });

    it('leaves nothing while it waits for the next attempt, and lets subscribe() end', async () => {
      await at.proxy.set({ mode: 'refuse' });
      const before = await alive();
      const driver = makeBusDriver(hastyClient(ioredis, at.proxy.port));
      const subscribing = listenTo(driver.bus);
      await until('it was refused', () => driver.bus.probe.reason === 'ECONNREFUSED');

      await closesInTime(driver);
      await promptly('subscribe() and unsubscribe()', (async () => (await subscribing).unsubscribe())());

      await nothingIsLeft(before);
    });

    it('leaves nothing while the server is frozen, and rejects calls in flight', async () => {
      const before = await alive();
      const driver = await openBusDriver(hastyClient(ioredis, at.server.port, { socketTimeout: 5_000 }));
      await listenTo(driver.bus);
      at.server.freeze();
      try {
        const owed = Promise.allSettled([driver.bus.publish(news(1))]);
        await sleep(60); // a PING is under way
        await closesInTime(driver);
        expect(await owed).to.have.nested.property('[0].reason.code', 'CACHE_TIER_UNAVAILABLE');
      } finally {
        at.server.thaw();
      }
      await nothingIsLeft(before);
    });

    it('leaves nothing while it connects to a server that does not answer', async () => {
      const before = await alive();
      at.server.freeze();
      try {
        const driver = makeBusDriver(hastyClient(ioredis, at.server.port, { socketTimeout: 5_000 }));
        const subscribing = listenTo(driver.bus);
        await until('it is connected', () => driver.bus.probe.reason === 'connected, but the server is not ready');
        await closesInTime(driver);
        await subscribing;
      } finally {
        at.server.thaw();
      }
      await nothingIsLeft(before);
    });

    it('refuses subscribe and publish afterwards', async () => {
      const driver = await openBusDriver(hastyClient(ioredis, at.server.port));
      await driver.close();

      const outcomes = await Promise.allSettled([listenTo(driver.bus), driver.bus.publish(news(1))]);

      expect(outcomes[0]).to.have.nested.property('reason.code', 'CACHE_CLOSED');
      expect(outcomes[1]).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
    });

    it('leaves the driver open when only the subscription has ended', async () => {
      const driver = await openBusDriver(hastyClient(ioredis, at.server.port));
      const before = await alive();
      const { unsubscribe } = await listenTo(driver.bus);

      await unsubscribe();

      await nothingIsLeft(before);
      expect(driver.probe.health).to.equal('up');
      await driver.close();
    });

    it('leaves a borrowed client open and unchanged', async () => {
      const theirs = new ioredis.Redis(at.server.url);
      await until('it is ready', () => theirs.status === 'ready');
      const shape = () => ({ listeners: events.map((event) => theirs.listenerCount(event)), options: { ...theirs.options } });
      const [before, aliveBefore] = [shape(), await alive()];
      const driver = await openBusDriver(theirs, 'user');
      const { heard } = await listenTo(driver.bus);
      await driver.bus.publish(news(1));
      await until('it arrived', () => heard.includes(1));

      await closesInTime(driver);

      expect(shape()).to.deep.equal(before);
      expect([theirs.status, theirs.mode, await theirs.get('k')]).to.deep.equal(['ready', 'normal', null]);
      await nothingIsLeft(aliveBefore);
      theirs.disconnect();
    });
  });
}
