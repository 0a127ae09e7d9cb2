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

describe('A user without some permissions', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
    await server.cli('ACL', 'SETUSER', 'no-scan', 'on', '>pass', '~*', '+@all', '-scan');
    await server.cli('ACL', 'SETUSER', 'no-scripts', 'on', '>pass', '~*', '+@all', '-eval', '-evalsha');
    await server.cli('ACL', 'SETUSER', 'no-time', 'on', '>pass', '~*', '+@all', '-time');
  });

  after(() => server.stop());

  for (const [name, make] of Object.entries(drivers)) {
    const cacheOf = (user: string) =>
      createCache({
        logger: silent,
        namespace: `${user}-${name.replace(/\W/g, '-')}`,
        secondary: make(`redis://${user}:pass@127.0.0.1:${server.port}`),
      });

    it(`cannot erase without SCAN, and clears all the same (${name})`, async () => {
      const cache = cacheOf('no-scan');
      try {
        await cache.set('k', 1);

        const error = await rejectionOf(cache.clear({ erase: true }));

        expect(error).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');
        expect(cache.health().l2).to.include({ state: 'up', pending: 0, reason: undefined });
        expect(await cache.get('k')).to.equal(undefined);
        expect([await cache.set('k', 2), await cache.get('k')]).to.deep.equal(['done', 2]);
      } finally {
        await cache.close();
      }
    });

    for (const user of ['no-scripts', 'no-time']) {
      it(`has tags and clears with ${user} (${name})`, async () => {
        const [cache, other] = [cacheOf(user), cacheOf(user)];
        try {
          await cache.set('a', 1, { tags: ['t'] });
          await cache.set('b', 2);
          expect(await other.getMany(['a', 'b'])).to.deep.equal([1, 2]);

          expect(await cache.delByTag('t')).to.equal('done');
          const third = cacheOf(user);
          expect(await third.getMany(['a', 'b'])).to.deep.equal([undefined, 2]);
          await third.close();
          expect(await cache.clear()).to.equal('done');
          expect([await cache.get('b'), await cache.set('b', 3), await cache.get('b')]).to.deep.equal([undefined, 'done', 3]);
        } finally {
          await Promise.all([cache.close(), other.close()]);
        }
      });
    }
  }
});

describe('A server that is full', () => {
  for (const [name, make] of Object.entries(drivers)) {
    it(`invalidates tags, and clears (${name})`, async () => {
      const server = await TestServer.start(name.startsWith('valkey') ? 'valkey' : 'redis');
      const cache = createCache({ logger: silent, secondary: make(server.url), ttl: { primary: 0, secondary: '1h' } });
      try {
        await cache.set('a', 1, { tags: ['t'] });
        await cache.set('b', 2);
        await server.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
        await server.cli('CONFIG', 'SET', 'maxmemory', '1');

        expect(await cache.delByTag('t')).to.equal('done');
        expect(await cache.getMany(['a', 'b'])).to.deep.equal([undefined, 2]);
        expect(await cache.clear()).to.equal('done');
        expect(await cache.get('b')).to.equal(undefined);
      } finally {
        await cache.close();
        await server.stop();
      }
    });
  }
});
