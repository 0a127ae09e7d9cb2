import KeyvValkey from '@keyv/valkey';
import { expect } from 'chai';
import { valkey } from '../../src/adapters/keyv/valkey';
import type { RedisClient } from '../../src/adapters/redis';
import type { StoreDriver } from '../../src/ports/driver';
import { testKey } from '../../src/testing';
import { alive } from '../adapters/keyv/alive';
import { makeDriver } from '../adapters/keyv/open-driver';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';
import { connectedDriver } from '../support/proxied-server';

const key = testKey('k');
const minuteMs = 60_000;
const unusedPort = 'valkey://127.0.0.1:1';

interface IovalkeyClient {
  readonly status: string;
  listenerCount(event: string): number;
  once(event: string, listener: () => void): unknown;
  disconnect(): void;
}
const clientOf = (adapter: KeyvValkey): IovalkeyClient => adapter.redis as IovalkeyClient;

describe('The connection of valkey(url)', () => {
  const at = connectedDriver<StoreDriver>('valkey');

  const open = async (given: StoreDriver = valkey(at.proxy.url)): Promise<StoreDriver> => {
    at.driver = given;
    await given.open();
    return given;
  };

  it('is up as soon as it is open, and called valkey', async () => {
    const { name, probe } = await open(valkey(at.server.url.replace('redis:', 'valkey:')));

    expect([name, probe.health, probe.reason]).to.deep.equal(['valkey', 'up', undefined]);
  });

  it('opens in time although the server is away', async () => {
    await promptly('open()', open(valkey(unusedPort)));

    expect([at.driver?.probe.health, at.driver?.probe.reason]).to.deep.equal(['down', 'ECONNREFUSED']);
  });

  it('goes down while the server is frozen, and up again afterwards', async () => {
    await open(valkey(at.server.url));

    at.server.freeze();
    try {
      const owed = await Promise.allSettled([at.driver?.store.set(key, 'late', minuteMs)]);
      expect(owed[0]).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      expect(at.driver?.probe.health).to.equal('down');
    } finally {
      at.server.thaw();
    }

    await at.untilHealth('up');
  });

  it('writes the keys of a KeyvValkey without sets, with its own connection or the user’s', async () => {
    const adapter = new KeyvValkey({ host: '127.0.0.1', port: at.server.port, useRedisSets: false });
    const [own, other] = await Promise.all([open(), open(valkey(adapter.redis as RedisClient))]);

    await own.store.set(testKey('own'), '1', minuteMs);
    await other.store.set(testKey('other'), '2', minuteMs);

    expect(await adapter.getMany(['own', 'other'])).to.deep.equal(['1', '2']);
    expect(await at.server.cli('KEYS', '*own')).to.equal('namespace::own');
    await Promise.all([own.close(), adapter.disconnect()]);
  });

  it('keeps no list of its keys, also for an adapter that would', async () => {
    const { store } = await open(makeDriver(new KeyvValkey(at.server.url)));

    await store.set(testKey('unlisted'), '1', minuteMs);

    expect(await at.server.cli('EXISTS', 'namespace:')).to.equal('0');
  });

  it('leaves no handle when it is closed', async () => {
    const before = await alive();
    const subject = await open();

    await Promise.all([subject.close(), subject.close()]);

    await until('nothing of it is left', async () => (await alive()) === before, 1_000);
  });

  it('leaves no handle of an adapter that was made from a URL', async () => {
    const before = await alive();
    const subject = await open(makeDriver(new KeyvValkey(at.proxy.url)));

    await subject.close();

    await until('nothing of it is left', async () => (await alive()) === before, 1_000);
  });

  it('survives error events of an adapter without another listener', async () => {
    const adapter = new KeyvValkey('redis://127.0.0.1:1');
    const failed = new Promise<void>((resolve) => void clientOf(adapter).once('close', resolve));

    const subject = makeDriver(adapter);
    await failed;

    await subject.close();
  });

  it('has no more listeners after 50 connections than after one', async () => {
    const adapter = new KeyvValkey({ uri: at.proxy.url, retryStrategy: () => 1 });
    const count = (): number[] =>
      ['connect', 'ready', 'error', 'close', 'reconnecting', 'end'].map((event) => clientOf(adapter).listenerCount(event));
    await open(valkey(adapter));
    const before = count();

    for (let i = 0; i < 50; i += 1) {
      const connections = at.proxy.accepted;
      at.proxy.cutAll();
      await until('it is connected again', () => at.proxy.accepted > connections && clientOf(adapter).status === 'ready');
    }

    expect(count()).to.deep.equal(before);
  });
});
