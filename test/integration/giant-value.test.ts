import KeyvRedis from '@keyv/redis';
import { expect } from 'chai';
import Keyv from 'keyv';
import { setTimeout as sleepFor } from 'node:timers/promises';

import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import { nodeRedis } from '../../src/adapters/node-redis';
import { redis } from '../../src/adapters/redis';
import { createCache } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import type { StoreDriver } from '../../src/ports/driver';
import { eventually } from '../../src/testing/suite-tools';
import { TestServer } from '../support/servers';

const drivers: Readonly<Record<string, { readonly kind: 'redis' | 'valkey'; readonly open: (url: string) => StoreDriver }>> = {
  'redis()': { kind: 'redis', open: redis },
  'nodeRedis()': { kind: 'redis', open: nodeRedis },
  'valkey()': { kind: 'valkey', open: valkey },
  'keyv(KeyvRedis)': { kind: 'redis', open: (url) => keyv(new Keyv(new KeyvRedis(url))) },
};

/** 100 MB may take seconds on a busy machine. */
function slowly(): Promise<void> {
  return sleepFor(250);
}

async function missing(cache: Cache): Promise<readonly string[]> {
  const values = await cache.getMany(keys);
  return keys.filter((_, index) => values[index] === undefined);
}

const keys = Array.from({ length: 40 }, (_, index) => `item:${String(index)}`);

for (const [name, { kind, open }] of Object.entries(drivers)) {
  describe(`A value of 100 MB that an attacker has planted among others, with ${name}`, function () {
    this.timeout(240_000);
    let server: TestServer;
    let cache: Cache;

    beforeEach(async () => {
      server = await TestServer.start(kind);
      // Each read goes to L2.
      cache = createCache({
        secondary: open(server.url),
        namespace: 'shop',
        ttl: { primary: 0, secondary: '1h' },
        // A busy machine would open it.
        breaker: false,
        logger: false,
      });
      await cache.start();
      await eventually(slowly, async () => {
        await cache.setMany(keys.map((key) => ({ key, value: key })));
        expect(await missing(cache)).to.deep.equal([]);
      });
    });

    afterEach(async () => {
      await cache.close();
      await server.stop();
    });

    it('is deleted when it has arrived, after its deadline, and its neighbours are read again', async () => {
      const planted = (await server.cli('KEYS', '*item:20')).trim();
      await server.cli('SETRANGE', planted, '100000000', 'x');

      await eventually(slowly, async () => {
        expect(await missing(cache)).to.deep.equal(['item:20']);
        expect(await server.cli('EXISTS', planted)).to.equal('0');
      });

      expect(cache.health().l2).to.include({ state: 'up' });
    });
  });
}
