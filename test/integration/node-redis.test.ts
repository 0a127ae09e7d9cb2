import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { nodeRedis } from '../../src/adapters/node-redis';
import type { StoreDriver } from '../../src/ports/driver';
import type { InvalidationBus } from '../../src/ports/invalidation-bus';
import { busContract, healthProbeContract, testKey } from '../../src/testing';
import { makeDriver, openDriver } from '../adapters/node-redis/open-driver';
import { nodeRedisVersions } from '../adapters/node-redis/node-redis-versions';
import { alive, leftOver } from '../adapters/redis/left-over';
import { listenTo, news } from '../adapters/redis/make-bus';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';
import { beginLoading, slowToLoad } from '../support/loading-server';
import { proxiedServer, storeContractOn } from '../support/proxied-server';
import { TestServer } from '../support/servers';

function busOf({ bus }: StoreDriver): InvalidationBus {
  if (bus === undefined) throw new Error('the driver has no bus');
  return bus;
}

const kinds = ['redis', 'valkey'] as const;

for (const { version, nodeRedis: module } of nodeRedisVersions) {
  for (const kind of kinds) {
    describe(`The store of nodeRedis() with ${version} on ${kind}-server`, () => {
      storeContractOn(kind, (url) => makeDriver(module, url));
    });
  }
}

nodeRedisVersions.forEach(({ version, nodeRedis: module, createClient }, index) => {
  const kind = kinds[index] ?? 'redis';

  describe(`nodeRedis() with ${version} on ${kind}-server`, () => {
    const at = proxiedServer(kind);
    const drivers: StoreDriver[] = [];

    afterEach(() => Promise.all(drivers.splice(0).map((each) => each.close())));

    const open = async (...[url, settings]: [url: string, settings?: Parameters<typeof makeDriver>[2]]): Promise<StoreDriver> => {
      const driver = await openDriver(module, url, settings);
      drivers.push(driver);
      return driver;
    };

    busContract('its bus', async () => {
      const three = await Promise.all([1, 2, 3].map(() => openDriver(module, at.proxy.url)));
      const stranger = createClient(at.server.url);
      await stranger.connect();
      return {
        buses: three.map(busOf) as [InvalidationBus, InvalidationBus, InvalidationBus],
        ...at.outage,
        makeNoise: async (text) => {
          await stranger.sendCommand(['PUBLISH', 'news', text]);
        },
        close: async () => {
          await Promise.all(three.map((each) => each.close()));
          stranger.destroy();
        },
      };
    });

    healthProbeContract("its bus's probe", () => {
      const contracted = makeDriver(module, at.proxy.url);
      return {
        probe: busOf(contracted).probe,
        ...at.outage,
        close: () => contracted.close(),
      };
    });

    it('replaces a subscription that receives nothing any more, and reports the gap', async () => {
      const driver = await open(at.proxy.url);
      const bus = busOf(driver);
      const { heard } = await listenTo(bus);
      const connections = at.proxy.accepted;

      await at.proxy.set({ mode: 'blackhole' });
      await until('it is down', () => bus.probe.health === 'down');
      const { reason } = bus.probe;
      await until('both connections were replaced', () => at.proxy.accepted > connections + 1);
      await at.proxy.set({ mode: 'pass' });
      await until('it is up', () => bus.probe.health === 'up' && driver.probe.health === 'up');
      await bus.publish(news(1));
      await until('it arrived', () => heard.includes(1));

      expect([reason, heard]).to.deep.equal(['no answer to PING within 1000 ms', ['gap', 1]]);
    });

    it('is not subscribed again while the server loads its data, which takes subscriptions and answers nothing else', async () => {
      const slow = await TestServer.start(kind, { args: slowToLoad });
      try {
        const bus = busOf(await open(slow.url));
        const { heard } = await listenTo(bus);

        const finish = await beginLoading(slow);
        await until('it has asked the server', () => /LOADING/.test(bus.probe.reason ?? ''));
        expect([bus.probe.health, heard]).to.deep.equal(['down', []]);

        await finish();
        await until('it is subscribed again', () => heard.length > 0 && bus.probe.health === 'up');
        expect(heard).to.deep.equal(['gap']);
      } finally {
        await slow.stop();
      }
    });

    it('leaves nothing alive after 20 lost connections and its close', async () => {
      const before = await alive();
      const driver = await open(at.proxy.url);
      const bus = busOf(driver);
      const { heard } = await listenTo(bus);

      for (let losses = 1; losses <= 20; losses += 1) {
        at.proxy.cutAll();
        await until('it is subscribed again', () => heard.length === losses);
      }
      await driver.close();

      await until('the server has no subscriber', async () => (await at.server.cli('PUBSUB', 'NUMSUB', 'news')) === 'news\n0');
      await until('no more is alive than before', async () => (await leftOver(before)).length === 0);
    });

    for (const mode of ['refuse', 'blackhole'] as const) {
      it(`closes in bounded time while it connects and subscribes, where the server does ${mode}`, async () => {
        const before = await alive();
        await at.proxy.set({ mode });
        const driver = makeDriver(module, at.proxy.url);
        const pending = Promise.all([driver.open(), listenTo(busOf(driver))]);

        await sleep(20);
        await promptly('close()', driver.close());
        await promptly('open() and subscribe()', pending);
        await at.proxy.set({ mode: 'pass' });

        await until('no more is alive than before', async () => (await leftOver(before)).length === 0);
      });
    }

    it('throws no error when it closes in the middle of a handshake', async () => {
      await at.server.cli('ACL', 'SETUSER', 'known', 'on', '>pass', '~*', '&*', '+@all');
      await at.proxy.set({ mode: 'blackhole' });
      const accepted = at.proxy.accepted;
      const driver = nodeRedis(createClient(`redis://known:pass@127.0.0.1:${at.proxy.port}`));
      const opening = driver.open();
      await until('it is connected', () => at.proxy.accepted > accepted);
      await sleep(20);

      await promptly('close()', driver.close());
      await opening;
      await sleep(100); // an error event without a listener would fail the test
    });

    it('says that the user may not subscribe', async () => {
      await at.server.cli('ACL', 'SETUSER', 'deaf', 'on', '>pass', '~*', 'resetchannels', '+@all');
      const bus = busOf(await open(`redis://deaf:pass@127.0.0.1:${at.server.port}`));

      const { heard } = await listenTo(bus);
      const [outcome] = await Promise.allSettled([bus.publish(news(1))]);

      expect([bus.probe.health, bus.probe.reason, heard]).to.deep.equal(['down', 'NOPERM', []]);
      expect(outcome).to.have.nested.property('reason.message', 'node-redis: the server refused the write (NOPERM)');
    });

    it('is down where the server refuses to select the database, and says so', async () => {
      await at.server.cli('ACL', 'SETUSER', 'narrow', 'on', '>pass', '~*', '&*', '+@all', '-select');
      const none = await open(`${at.server.url}/99`);
      const forbidden = await open(`redis://narrow:pass@127.0.0.1:${at.server.port}/1`);

      for (const { probe } of [none, forbidden]) {
        expect([probe.health, probe.reason]).to.deep.equal(['down', 'the server refused to select the database']);
      }
    });

    it('has a value only in its database', async () => {
      const [one, two] = [await open(`${at.server.url}/1`), await open(`${at.server.url}/2`)];

      await one.store.set(testKey('k'), 'payload', 60_000);

      expect([await one.store.get(testKey('k')), await two.store.get(testKey('k'))]).to.deep.equal(['payload', undefined]);
    });

    it('writes its prefix before every key, and clears that prefix alone', async () => {
      const driver = await open(`${at.server.url}/3`, { keyPrefix: 'app*:' });
      await driver.store.set(testKey('a:1'), 'ours', 60_000);
      await at.server.cli('-n', '3', 'SET', 'app:a:1', 'theirs');

      expect([driver.keyPrefix, await at.server.cli('-n', '3', 'EXISTS', 'app*:a:1')]).to.deep.equal(['app*:', '1']);
      await driver.store.clear(testKey('a:'));

      expect(await at.server.cli('-n', '3', 'KEYS', '*')).to.equal('app:a:1');
    });

    it('refuses writes where the memory is full, stays up, and repeats no value', async () => {
      const driver = await open(at.server.url);
      await driver.store.set(testKey('k'), 'before', 60_000);
      await at.server.cli('CONFIG', 'SET', 'maxmemory', '1');
      try {
        const [one, many] = await Promise.allSettled([
          driver.store.set(testKey('secret-key'), 'secret-payload', 60_000),
          driver.store.setMany([testKey('secret-1'), testKey('secret-2')].map((key) => ({ key, payload: 'secret', ttlMs: 60_000 }))),
        ]);
        const text = inspect([one, many], { depth: 9, showHidden: true });

        expect(text.match(/CACHE_WRITE_REFUSED/g)).to.have.length.of.at.least(2);
        expect(text).not.to.include('secret');
        expect([await driver.store.get(testKey('k')), driver.probe.health]).to.deep.equal(['before', 'up']);
      } finally {
        await at.server.cli('CONFIG', 'SET', 'maxmemory', '0');
      }
    });

    it('connects a client that was not connected, and closes it', async () => {
      const client = createClient(at.server.url);
      const driver = nodeRedis(client);

      await driver.open();
      const opened = client.isReady;
      await driver.close();

      expect([opened, client.isOpen, client.eventNames()]).to.deep.equal([true, false, []]);
    });
  });
});
