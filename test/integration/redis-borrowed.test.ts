import { expect } from 'chai';
import type { Redis } from 'ioredis';
import type { Cluster } from 'ioredis-6';
import sinon from 'sinon';
import { redis, type RedisClient } from '../../src/adapters/redis';
import { testKey } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { until } from '../adapters/redis/until';
import { proxiedServer } from '../support/proxied-server';

const key = testKey('k');
const events = ['connecting', 'connect', 'ready', 'error', 'close', 'reconnecting', 'end', 'wait'];

for (const { version, ioredis } of ioredisVersions) {
  describe(`redis() on a client of ${version} of the user`, () => {
    const at = proxiedServer('redis');
    let client: InstanceType<typeof ioredis.Redis>;

    afterEach(() => {
      client.disconnect();
    });

    const listeners = (): number[] => events.map((event) => client.listenerCount(event));

    it('leaves it connected, with its options and without listeners of the driver', async () => {
      client = new ioredis.Redis(at.server.url);
      client.on('error', () => undefined);
      await until('it is ready', () => client.status === 'ready');
      const before = { listeners: listeners(), options: { ...client.options } };

      const driver = redis(client, { pingInterval: 50 });
      await driver.open();
      await driver.store.set(key, 'payload', 60_000);
      const health = driver.probe.health;
      await driver.close();

      expect(health).to.equal('up');
      expect({ listeners: listeners(), options: { ...client.options } }).to.deep.equal(before);
      expect(await client.get(key)).to.equal('payload');
    });

    it('connects it at open(), when it is not connected yet', async () => {
      client = new ioredis.Redis(at.server.url, { lazyConnect: true });
      const driver = redis(client);
      const before = client.status;

      await driver.open();

      expect([before, client.status, driver.probe.health]).to.deep.equal(['wait', 'ready', 'up']);
      await driver.close();
    });

    it('sends all writes of a turn with one write to the socket, and a read alone at once', async () => {
      client = new ioredis.Redis(at.server.url);
      const driver = redis(client, { pingInterval: 60_000 });
      const { store } = driver;
      await driver.open();
      const lease = (name: string) => store.updateRow!(testKey(name), { change: 'lease', lease: 'l', leaseMs: 1_000, payload: undefined });
      await lease('the server has the script now');
      const { stream } = client;
      const [single, several] = [sinon.spy(stream, '_write'), sinon.spy(stream, '_writev')];
      await Promise.all([
        store.set(key, 'one', 60_000),
        store.setMany(['a', 'b'].map((name) => ({ key: testKey(name), payload: `value ${name}`, ttlMs: 60_000 }))),
        lease('c'),
        store.delete([key]),
        store.getMany([key, testKey('a'), testKey('b')]),
      ]).then((replies) => expect(replies.at(-1)).to.deep.equal([undefined, 'value a', 'value b']));
      expect([single.callCount, several.callCount]).to.deep.equal([0, 1]);

      const read = store.get(testKey('a'));
      expect(single.callCount).to.equal(1);
      expect(await read).to.equal('value a');
      await driver.close();
    });

    it('leaves it alone while it is connecting already', async () => {
      client = new ioredis.Redis(at.server.url);
      const driver = redis(client);

      await driver.open();

      expect(driver.probe.health).to.equal('up');
      await driver.close();
    });

    it('adds nothing to its offline queue while the server is away', async () => {
      client = new ioredis.Redis(at.proxy.url, { retryStrategy: () => 50 });
      const driver = redis(client, { pingInterval: 50 });
      await driver.open();
      await at.proxy.set({ mode: 'refuse' });
      await until('it is down', () => driver.probe.health === 'down');

      const calls = [
        driver.store.set(key, 'queued', 60_000),
        driver.store.setMany([testKey('a'), testKey('b')].map((each) => ({ key: each, payload: 'queued', ttlMs: 60_000 }))),
        driver.store.delete([key]),
        driver.store.clear(key),
        driver.store.get(key),
        driver.store.getMany([key]),
      ];
      const queued = (client as unknown as { readonly offlineQueue: { readonly length: number } }).offlineQueue.length;
      const outcomes = await Promise.allSettled(calls);

      expect(queued).to.equal(0);
      for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      await at.proxy.set({ mode: 'pass' });
      await until('it is up', () => driver.probe.health === 'up');
      await driver.close();
    });

    it('does not reconnect it after the user ended it', async () => {
      client = new ioredis.Redis(at.server.url);
      const driver = redis(client);
      await driver.open();

      client.disconnect();
      await until('it is down', () => driver.probe.health === 'down');
      await until('it ended', () => client.status === 'end');

      const [outcome] = await Promise.allSettled([driver.store.get(key)]);
      expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      await driver.close();
      expect(client.status).to.equal('end');
    });

    it('serves two drivers, and closing one does not hurt the other', async () => {
      client = new ioredis.Redis(at.server.url);
      const [one, two] = [redis(client), redis(client)];
      await Promise.all([one.open(), two.open()]);

      await one.close();
      await two.store.set(key, 'still there', 60_000);

      expect([one.probe.health, two.probe.health, await two.store.get(key)]).to.deep.equal(['down', 'up', 'still there']);
      await two.close();
    });
  });
}

/** Only has to compile: clients of every supported version are clients. */
export const accepted = (five: Redis, six: Cluster): readonly RedisClient[] => [five, six];
