import KeyvValkey from '@keyv/valkey';
import { expect } from 'chai';
import { connectionOf, iovalkeyDriver, createFailFastValkey } from '../../src/adapters/keyv/iovalkey-driver';
import { valkey } from '../../src/adapters/keyv/valkey';
import type { RedisClient } from '../../src/adapters/redis';
import type { StoreDriver } from '../../src/ports/driver';
import type { InvalidationBus } from '../../src/ports/invalidation-bus';
import { busContract } from '../../src/testing';
import { HastyClock, listenTo, news } from '../adapters/redis/make-bus';
import { until } from '../adapters/redis/until';
import { proxiedServer } from '../support/proxied-server';

const clientOf = (adapter: KeyvValkey): RedisClient => adapter.redis as RedisClient;
const busOf = ({ bus }: StoreDriver): InvalidationBus => bus ?? expect.fail('it has no bus');

describe('The bus of valkey()', () => {
  const at = proxiedServer('valkey');

  const open = async (port: number): Promise<StoreDriver> => {
    const clock = new HastyClock();
    const adapter = createFailFastValkey(KeyvValkey, { host: '127.0.0.1', port, socketTimeout: 300 }, clock);
    const driver = iovalkeyDriver({ ...connectionOf(adapter), owner: 'driver', name: 'valkey', channel: 'news', clock });
    await driver.open();
    return driver;
  };

  busContract('it', async () => {
    const drivers = await Promise.all([open(at.proxy.port), open(at.proxy.port), open(at.proxy.port)]);
    const stranger = new KeyvValkey(at.server.url);
    return {
      buses: [busOf(drivers[0]), busOf(drivers[1]), busOf(drivers[2])],
      ...at.outage,
      makeNoise: async (text) => {
        await clientOf(stranger).publish('news', text);
      },
      close: async () => {
        await Promise.all([...drivers.map((driver) => driver.close()), stranger.disconnect()]);
      },
    };
  });

  it('receives again after the server was frozen, killed and restarted', async () => {
    const driver = await open(at.server.port);
    const bus = busOf(driver);
    const { heard } = await listenTo(bus);

    at.server.freeze();
    await until('the connection was dropped', () => bus.probe.reason === 'Socket timeout');
    await at.server.kill();
    await at.server.restart();
    await until('it is up', () => bus.probe.health === 'up' && driver.probe.health === 'up');
    await bus.publish(news(1));
    await until('it arrived', () => heard.includes(1));
    await driver.close();

    expect(heard).to.deep.equal(['gap', 1]);
  });

  it('listens beside the user’s client, and leaves that unchanged', async () => {
    const adapter = new KeyvValkey(at.server.url, { useRedisSets: false });
    const theirs = clientOf(adapter);
    const before = { ...theirs.options };
    const driver = valkey(theirs, { channel: 'theirs' });
    await driver.open();
    const { heard } = await listenTo(busOf(driver));

    await busOf(driver).publish(news(1));
    await until('it arrived', () => heard.includes(1));
    await driver.close();

    expect(await theirs.get('k')).to.equal(null);
    expect(theirs.options).to.deep.equal(before);
    expect(await at.server.cli('PUBSUB', 'CHANNELS', 'theirs')).to.equal('');
    await adapter.disconnect();
  });
});
