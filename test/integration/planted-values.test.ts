import { expect } from 'chai';

import { valkey } from '../../src/adapters/keyv/valkey';
import { redis } from '../../src/adapters/redis';
import { createCache } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import { rejectionOf } from '../builders/rejection-of';
import { TestServer } from '../support/servers';

const drivers = [
  { kind: 'redis', name: 'redis()', prefix: '', open: redis },
  { kind: 'valkey', name: 'valkey()', prefix: 'namespace::', open: valkey },
] as const;

for (const { kind, name, open, prefix } of drivers) {
  describe(`A server whose proto-max-bulk-len is twice maxPayloadBytes, as docs/security.md has it, with ${name}`, () => {
    let server: TestServer;
    let cache: Cache;

    beforeEach(async () => {
      server = await TestServer.start(kind, { args: ['--proto-max-bulk-len', '2mb'] });
      cache = createCache({ secondary: open(server.url), namespace: 'shop', deadlines: { read: '5s' }, logger: false });
      await cache.start();
    });

    afterEach(async () => {
      await cache.close();
      await server.stop();
    });

    it('deletes a planted value that the client could not receive in time', async () => {
      const tooLong = /exceeds maximum allowed size/;
      expect(String(await rejectionOf(server.cli('SETRANGE', `${prefix}shop:v1:a`, '536870000', 'x')))).to.match(tooLong);
      await server.cli('SETRANGE', `${prefix}shop:v1:a`, String(2 ** 21 - 1), 'x');
      expect(String(await rejectionOf(server.cli('APPEND', `${prefix}shop:v1:a`, 'x')))).to.match(tooLong);

      expect(await cache.get('a')).to.equal(undefined);
      await cache.del('settles background work');

      expect(cache.stats().rejected.oversized).to.equal(1);
      expect(await server.cli('EXISTS', `${prefix}shop:v1:a`)).to.equal('0');
    });

    it('takes the largest value that the cache sends', async () => {
      expect(await cache.set('a', 'x'.repeat(1_048_500))).to.equal('done');

      expect(Number(await server.cli('STRLEN', `${prefix}shop:v1:a`))).to.be.within(1_048_500, 2 ** 20);
    });
  });
}
