import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis, { createClient, type RedisClientOptions } from '@keyv/redis';
import { expect } from 'chai';
import type { StoreDriver } from '../../src/ports/driver';
import { healthProbeContract, testKey } from '../../src/testing';
import { alive } from '../adapters/keyv/alive';
import { ConfusedServer } from '../adapters/keyv/confused-server';
import { makeDriver, openDriver } from '../adapters/keyv/open-driver';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';
import { TestServer } from '../support/servers';
import { connectedDriver } from '../support/proxied-server';

const key = testKey('k');
const minuteMs = 60_000;
const events = ['connect', 'ready', 'error', 'end', 'reconnecting', 'disconnect'];

function listenersOf({ client }: KeyvRedis<string>): number[] {
  return events.map((event) => client.listenerCount(event));
}

describe('The connection of keyv(new KeyvRedis(url))', () => {
  const at = connectedDriver<StoreDriver>('redis');

  const quick = (options: RedisClientOptions['socket'] = {}): KeyvRedis<string> =>
    new KeyvRedis({ url: at.proxy.url, socket: { reconnectStrategy: 20, ...options } });
  const open = async (adapter = quick()): Promise<StoreDriver> => (at.driver = await openDriver(adapter));

  healthProbeContract('its probe', async () => {
    const contracted = await openDriver(quick());
    contracted.probe.stop();
    return {
      probe: contracted.probe,
      ...at.outage,
      close: () => contracted.close(),
    };
  });

  it('opens in time although the server is away, and comes up by itself', async () => {
    await at.proxy.set({ mode: 'refuse' });

    await promptly('open()', open());

    expect([at.health(), at.driver?.probe.reason]).to.deep.equal(['down', 'ECONNREFUSED']);
    await at.proxy.set({ mode: 'pass' });
    await at.untilHealth('up');
  });

  it('notices a frozen server, which fires no event, without any traffic', async () => {
    await open();

    at.server.freeze();
    try {
      await at.untilHealth('down');
      expect(at.driver?.probe.reason).to.match(/^no answer to PING/);
    } finally {
      at.server.thaw();
    }
    await at.untilHealth('up');
  });

  it('rejects at once while the server is away, and sends nothing of that later', async () => {
    const subject = await open();
    await at.proxy.set({ mode: 'refuse' });
    await at.untilHealth('down');

    const writing = Promise.allSettled(Array.from({ length: 100 }, (_, i) => subject.store.set(testKey(`queued${i}`), 'late', minuteMs)));
    const outcomes = await Promise.race([writing, new Promise<[]>((resolve) => setImmediate(resolve, []))]);

    expect(outcomes).to.have.length(100);
    for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
    await at.proxy.set({ mode: 'pass' });
    await at.untilHealth('up');
    expect(await at.server.cli('KEYS', 'queued*')).to.equal('');
  });

  it('is down while the server wants a password, although the client is ready', async () => {
    const barred = await TestServer.start('redis', { args: ['--requirepass', 'secret'] });
    try {
      const { probe, store } = await open(new KeyvRedis(barred.url));

      await until('the server has refused', () => probe.reason === 'keyv: no answer from the server (NOAUTH)');
      expect(probe.health).to.equal('down');
      const [outcome] = await Promise.allSettled([store.get(key)]);
      expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
    } finally {
      await at.driver?.close();
      await barred.stop();
    }
  });

  it('replaces a connection after an answer that the client cannot parse', async () => {
    const confused = await ConfusedServer.start();
    try {
      await open(new KeyvRedis(confused.url));
      await at.untilHealth('up');

      await Promise.allSettled([at.driver?.store.get(key)]);
      expect([at.health(), at.driver?.probe.reason]).to.deep.equal(['down', 'the client could not parse an answer of the server']);
      await at.untilHealth('up');

      expect(await at.driver?.store.get(key)).to.equal('right');
    } finally {
      await at.driver?.close();
      await confused.stop();
    }
  });

  it('replaces a connection that no longer answers', async () => {
    await open();
    const connections = at.proxy.accepted;

    await at.proxy.set({ mode: 'blackhole' });
    await until('it dials again', () => at.proxy.accepted > connections);
    await at.proxy.set({ mode: 'pass' });

    await at.untilHealth('up');
  });

  it('connects again after the client itself gave up', async () => {
    await open(quick({ reconnectStrategy: false }));

    await at.proxy.set({ mode: 'refuse' });
    await at.untilHealth('down');
    await sleep(150);
    await at.proxy.set({ mode: 'pass' });

    await at.untilHealth('up');
  });

  it('has no more listeners after 50 connections than after one', async () => {
    const adapter = quick({ reconnectStrategy: 1 });
    await open(adapter);
    const before = listenersOf(adapter);

    for (let i = 0; i < 50; i += 1) {
      const connections = at.proxy.accepted;
      at.proxy.cutAll();
      await until('it is connected again', () => at.proxy.accepted > connections && Reflect.get(adapter.client, 'isReady') === true);
    }

    expect(listenersOf(adapter)).to.deep.equal(before);
  });

  describe('when it is closed', () => {
    /** Brings a driver into a state, closes it, and checks that no handle is left. */
    const closesCleanly = async (reach: (subject: StoreDriver) => unknown): Promise<StoreDriver> => {
      const before = await alive();
      const adapter = quick();
      const listeners = String(listenersOf(adapter));
      const subject = makeDriver(adapter);
      await reach(subject);

      await promptly('close()', subject.close());

      await until('its listeners are gone', () => String(listenersOf(adapter)) === listeners);
      await until('nothing of it is left', async () => !adapter.client.isOpen && (await alive()) === before, 1_000);
      return subject;
    };

    it('leaves nothing of the connection that it opened', async () => {
      const { probe } = await closesCleanly((subject) => subject.open());

      expect([probe.health, probe.reason]).to.deep.equal(['down', 'stopped']);
    });

    it('does nothing if it was never opened', async () => {
      await closesCleanly(() => undefined);
    });

    it('does not wait for a server that is away', async () => {
      await at.proxy.set({ mode: 'refuse' });

      await closesCleanly((subject) => subject.open());
    });

    it('does not wait for a server that never answered', async () => {
      at.server.freeze();
      try {
        await closesCleanly((subject) => subject.open());
      } finally {
        at.server.thaw();
      }
    });

    it('does not wait for a silent server, and rejects calls in flight', async () => {
      let owed: Promise<PromiseSettledResult<unknown>[]> | undefined;
      try {
        await closesCleanly(async (subject) => {
          await subject.open();
          at.server.freeze();
          owed = Promise.allSettled([subject.store.get(key), subject.store.set(key, 'late', minuteMs), subject.store.clear(key)]);
        });
      } finally {
        at.server.thaw();
      }

      expect((await owed)?.map((outcome) => outcome.status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    });

    it('loses no socket that is being opened', async () => {
      const connections = at.proxy.accepted;

      await closesCleanly((subject) => void subject.open());

      await until('the socket has arrived', () => at.proxy.accepted > connections);
      await until('the server has no other client', async () => (await at.server.cli('CLIENT', 'LIST')).split('\n').length === 1);
    });

    it('may be closed twice, at once and later', async () => {
      const adapter = quick();
      const subject = await openDriver(adapter);

      await Promise.all([subject.close(), subject.close()]);
      await subject.close();

      expect(adapter.client.isOpen).to.equal(false);
    });

    it('rejects every later call, and connects no more', async () => {
      const adapter = quick();
      const subject = await openDriver(adapter);
      await subject.close();

      const outcomes = await Promise.allSettled([
        subject.store.get(key),
        subject.store.set(key, 'late', minuteMs),
        subject.store.delete([key]),
      ]);

      for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      expect(adapter.client.isOpen).to.equal(false);
    });
  });

  describe('when the client is the user’s', () => {
    it('is down after an answer that the client cannot parse, until the client reconnects', async () => {
      const confused = await ConfusedServer.start();
      const client = createClient({ url: confused.url });
      try {
        await client.connect();
        await open(new KeyvRedis(client));

        await Promise.allSettled([Promise.race([at.driver?.store.get(key), sleep(200)])]);

        expect([at.health(), at.driver?.probe.reason]).to.deep.equal(['down', 'the client could not parse an answer of the server']);
      } finally {
        await at.driver?.close();
        client.destroy();
        await confused.stop();
      }
    });
  });

  it('leaves the settings of the adapter as they are', async () => {
    const adapter = quick();
    const settings = (): unknown[] => [adapter.throwOnErrors, adapter.throwOnConnectError, adapter.namespace, adapter.connectionTimeout];
    const before = settings();

    await open(adapter);

    expect(settings()).to.deep.equal(before);
    expect(Object.keys(adapter)).to.deep.equal(Object.keys(new KeyvRedis()));
  });

  it('keeps its prefix when the namespace of the adapter is changed later', async () => {
    const adapter = quick();
    const { store } = await open(adapter);
    await store.set(testKey('placed'), 'here', minuteMs);

    adapter.namespace = 'elsewhere';

    expect(await store.get(testKey('placed'))).to.equal('here');
    await store.clear(testKey('placed'));
    expect(await at.server.cli('KEYS', '*placed')).to.equal('');
  });
});
