import KeyvRedis from '@keyv/redis';
import { expect } from 'chai';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { redis } from '../../src/adapters/redis/redis';
import { createCache } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import type { StoreDriver } from '../../src/ports/driver';
import { silent } from '../../src/ports/logger';
import { TestServer } from '../support/servers';

const drivers: Readonly<Record<string, (url: string) => StoreDriver>> = {
  'redis(url)': (url) => redis(url, { bus: false }),
  'valkey(url)': (url) => valkey(url, { bus: false }),
  'keyv(new KeyvRedis(url))': (url) => keyv(new KeyvRedis(url)),
};

describe('A user without permission for the script of tags', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
  });

  after(() => server.stop());

  for (const command of ['eval', 'time', 'pttl']) {
    for (const [name, make] of Object.entries(drivers)) {
      it(`removes entries all the same, without ${command.toUpperCase()} (${name})`, async () => {
        await server.cli('FLUSHALL');
        await server.cli('ACL', 'SETUSER', `no-${command}`, 'on', '>pass', '~*', '+@all', `-${command}`);
        const open = (): Cache =>
          createCache({ logger: silent, namespace: 'shop', secondary: make(`redis://no-${command}:pass@127.0.0.1:${server.port}`) });
        const [one, other] = [open(), open()];
        try {
          await one.set('a', 1);
          await one.set('b', 2);
          await one.set('c', 3, { tags: ['t'] });

          expect(await one.delByTag('t')).to.equal('done');
          expect(await other.getMany(['a', 'b', 'c'])).to.deep.equal([1, 2, undefined]);
          expect(await other.clear()).to.equal('done');

          const later = open();
          expect(await later.getMany(['a', 'b', 'c']).finally(() => later.close())).to.deep.equal([undefined, undefined, undefined]);
          expect(one.health().l2).to.include({ state: 'up', pending: 0, reason: undefined });
        } finally {
          await Promise.all([one.close(), other.close()]);
        }
      });
    }
  }
});
