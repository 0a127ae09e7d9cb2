import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { expect } from 'chai';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { redis } from '../../src/adapters/redis/redis';
import { createCache } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import type { StoreDriver } from '../../src/ports/driver';
import { silent } from '../../src/ports/logger';
import { TestServer } from '../support/servers';

/** Two drivers for two caches: the same one twice, or two on one adapter. */
const pairs: Readonly<Record<string, (url: string) => readonly [StoreDriver, StoreDriver]>> = {
  'redis(url), shared': (url) => twice(redis(url)),
  'valkey(url), shared': (url) => twice(valkey(url)),
  'keyv(new KeyvRedis(url)), shared': (url) => twice(keyv(new KeyvRedis(url))),
  'keyv(new Map()), shared': () => twice(keyv(new Map())),
  'keyv(adapter) twice on one KeyvRedis': (url) => {
    const adapter = new KeyvRedis(url);
    return [keyv(adapter), keyv(adapter)];
  },
  'keyv(adapter) twice on one KeyvValkey': (url) => {
    const adapter = new KeyvValkey(url);
    return [keyv(adapter), keyv(adapter)];
  },
};

function twice(driver: StoreDriver): readonly [StoreDriver, StoreDriver] {
  return [driver, driver];
}

for (const [name, makePair] of Object.entries(pairs)) {
  describe(`Two caches with ${name}`, () => {
    let server: TestServer;
    let one: Cache;
    let two: Cache;

    before(async () => {
      server = await TestServer.start('redis');
    });

    beforeEach(() => {
      const [first, second] = makePair(server.url);
      const options = { logger: silent, ttl: '1m', breaker: {} } as const;
      one = createCache({ ...options, namespace: 'one', secondary: first });
      two = createCache({ ...options, namespace: 'two', secondary: second });
    });

    afterEach(async () => {
      await one.close();
      await two.close();
    });

    after(() => server.stop());

    it('work at the same time', async () => {
      expect(await Promise.all([one.set('k', 1), two.set('k', 2)])).to.deep.equal(['done', 'done']);
      expect([one.stats().l2?.state, two.stats().l2?.state]).to.deep.equal(['up', 'up']);
    });

    it('go on in the second after the first is closed', async () => {
      await one.set('k', 1);
      await two.set('k', 2);

      await one.close();

      expect(await two.set('k', 3)).to.equal('done');
      expect(two.stats().l2?.state).to.equal('up');
    });

    it('go on in the second after the first is closed, although the second had not connected yet', async () => {
      await one.set('k', 1);

      await one.close();

      expect(await two.set('k', 3)).to.equal('done');
      expect(two.stats().l2?.state).to.equal('up');
    });
  });
}

describe('A cache with a driver that was closed with another cache', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
  });

  after(() => server.stop());

  for (const [name, make] of Object.entries({
    'redis(url)': (url: string) => redis(url),
    'valkey(url)': (url: string) => valkey(url),
    'keyv(new KeyvRedis(url))': (url: string) => keyv(new KeyvRedis(url)),
  })) {
    it(`is down and says why (${name})`, async () => {
      const driver = make(server.url);
      const first = createCache({ logger: silent, namespace: 'one', secondary: driver });
      await first.set('k', 1);
      await first.close();

      const second = createCache({ logger: silent, namespace: 'two', secondary: driver });
      const outcome = await second.set('k', 1);
      const { l2 } = second.health();
      await second.close();

      expect(outcome).to.equal('pending');
      expect(l2).to.have.property('state', 'down');
      expect(l2)
        .to.have.property('reason')
        .that.matches(/was closed with its cache; create a new driver/);
    });
  }
});
