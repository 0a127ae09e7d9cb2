import KeyvRedis from '@keyv/redis';
import { expect } from 'chai';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { redis } from '../../src/adapters/redis/redis';
import { createCache } from '../../src/create-cache';
import type { StoreDriver } from '../../src/ports/driver';
import { silent } from '../../src/ports/logger';
import { rejectionOf } from '../builders/rejection-of';
import { TestServer } from '../support/servers';

const drivers: Readonly<Record<string, (url: string) => StoreDriver>> = {
  'redis(url)': (url) => redis(url, { bus: false }),
  'valkey(url)': (url) => valkey(url, { bus: false }),
  'keyv(new KeyvRedis(url))': (url) => keyv(new KeyvRedis(url)),
};

describe('A clear that erases, by a user without permission for SCAN', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
    await server.cli('ACL', 'SETUSER', 'app', 'on', '>pass', '~*', '+@all', '-scan');
  });

  after(() => server.stop());

  for (const [name, make] of Object.entries(drivers)) {
    it(`is refused, after the entries became misses, and L2 is used further (${name})`, async () => {
      const cache = createCache({ logger: silent, secondary: make(`redis://app:pass@127.0.0.1:${server.port}`) });
      try {
        await cache.set('k', 1);

        const error = await rejectionOf(cache.clear({ erase: true }));

        expect(await cache.get('k')).to.equal(undefined);
        expect(error).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');
        expect(cache.health().l2).to.include({ state: 'up', pending: 0, reason: undefined });
        expect(await cache.set('k', 2)).to.equal('done');
      } finally {
        await cache.close();
      }
    });
  }
});
