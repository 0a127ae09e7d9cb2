import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createFailFastClient } from '../../src/adapters/redis/redis';
import { RedisDriver } from '../../src/adapters/redis/redis-driver';
import { SystemClock } from '../../src/adapters/system/system-clock';
import { healthProbeContract, testKey } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { makeDriver, openDriver } from '../adapters/redis/open-driver';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';
import { beginLoading, slowToLoad } from '../support/loading-server';
import { TestServer } from '../support/servers';
import { connectedDriver } from '../support/proxied-server';

const key = testKey('k');

for (const { version, ioredis } of ioredisVersions) {
  describe(`The connection of redis() with ${version}`, () => {
    const at = connectedDriver<RedisDriver>('redis');

    const open = async (url: string = at.proxy.url): Promise<RedisDriver> => (at.driver = await openDriver(ioredis, url));

    healthProbeContract('its probe', () => {
      const clock = new SystemClock();
      const client = createFailFastClient(ioredis, at.proxy.url, clock);
      const contracted = new RedisDriver({ client, owner: 'driver', name: 'redis', pingIntervalMs: 100, clock });
      client.connect().catch(() => undefined);
      return {
        probe: contracted.probe,
        ...at.outage,
        close: () => contracted.close(),
      };
    });

    it('opens in time although the server is away or never answers, and comes up by itself', async () => {
      await at.proxy.set({ mode: 'blackhole' });

      const [, refused] = await promptly('open()', Promise.all([open(), openDriver(ioredis, 'redis://127.0.0.1:1')]));

      expect([at.health(), at.driver?.probe.reason]).to.deep.equal(['down', 'connected, but the server is not ready']);
      expect([refused.probe.health, refused.probe.reason]).to.deep.equal(['down', 'ECONNREFUSED']);
      await Promise.all([at.proxy.set({ mode: 'pass' }), refused.close()]);
      await at.untilHealth('up');
    });

    it('goes down at once when the connection is cut, and up again by itself', async () => {
      const { probe } = await open();

      await at.proxy.set({ mode: 'refuse' });
      await at.untilHealth('down');
      await until('the reason is known', () => probe.reason === 'ECONNREFUSED');

      await at.proxy.set({ mode: 'pass' });
      await at.untilHealth('up');
    });

    it('rejects a command in flight when the connection is cut, and does not resend it', async () => {
      const { store } = await open();
      await at.server.cli('SET', 'counter', '1');
      await at.proxy.set({ mode: 'blackhole' });

      const writes = Promise.allSettled([store.set(key, 'late', 60_000), store.setMany([{ key, payload: 'late', ttlMs: 1_000 }])]);
      await at.proxy.set({ mode: 'refuse' });
      const outcomes = await writes;
      await at.proxy.set({ mode: 'pass' });
      await at.untilHealth('up');

      expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(['rejected', 'rejected']);
      expect(await store.get(key)).to.equal(undefined);
    });

    it('does not drop the next connection because a reply was due on the last one', async () => {
      at.driver = await openDriver(ioredis, { host: '127.0.0.1', port: at.proxy.port, socketTimeout: 150 }, 5_000);
      await at.proxy.set({ replyLatency: 100 });
      const before = at.proxy.accepted;

      const owed = Promise.allSettled([at.driver.store.get(key)]);
      at.proxy.cutAll();
      await owed;
      await at.proxy.set({ replyLatency: 0 });
      await at.untilHealth('up');
      await sleep(160);

      expect(at.proxy.accepted - before).to.equal(1);
    });

    it('notices a frozen server without any traffic, drops the connection, and comes up again when the server resumes', async () => {
      const { probe } = await open(at.server.url);

      at.server.freeze();
      await at.untilHealth('down');
      const unanswered = probe.reason;
      await until('the connection was dropped', () => probe.reason === 'Socket timeout');

      at.server.thaw();
      await at.untilHealth('up');
      expect(unanswered).to.equal('no answer to PING within 1000 ms');
    });

    it('stays down while the server loads its data, and is up when it has', async () => {
      const slow = await TestServer.start('redis', { args: slowToLoad });
      try {
        const { probe } = await open(slow.url);
        const changes: string[] = [];
        probe.onChange((health) => changes.push(health));

        const finish = await beginLoading(slow);
        await until('it has connected again', () => probe.reason === 'connected, but the server is not ready');
        expect(changes).to.deep.equal(['down']);

        await finish();
        await at.untilHealth('up');
        expect(changes).to.deep.equal(['down', 'up']);
      } finally {
        await slow.stop();
      }
    });

    it('reports that the login failed, without the password', async () => {
      at.driver = makeDriver(ioredis, `redis://app:wrong-secret@127.0.0.1:${at.server.port}`);
      const reasons = new Set<string | undefined>();

      const opening = at.driver.open();
      await until('it has the reason', () => (reasons.add(at.driver?.probe.reason), reasons.has('WRONGPASS')));
      await at.driver.close();
      await opening;

      expect([...reasons].join()).not.to.include('secret');
    });

    it('is down while the server is full, and up when there is room', async () => {
      const full = await TestServer.start('redis');
      const holder = await openDriver(ioredis, full.url);
      try {
        await full.cli('CONFIG', 'SET', 'maxclients', '1');
        at.driver = makeDriver(ioredis, full.url);
        const opening = at.driver.open();
        await sleep(200);
        const whileFull = at.driver.probe.health;

        await holder.close();
        await opening;
        await at.untilHealth('up');

        expect(whileFull).to.equal('down');
      } finally {
        await holder.close();
        await full.stop();
      }
    });

    it('logs in with the user, the password and the database of the URL', async () => {
      await at.server.cli('ACL', 'SETUSER', 'app', 'on', '>right', '~*', '+@all');

      const { store } = await open(`redis://app:right@127.0.0.1:${at.server.port}/3`);
      await store.set(key, 'in three', 60_000);

      expect(await at.server.cli('-n', '3', 'GET', key)).to.equal('in three');
    });
  });
}
