import KeyvRedis from '@keyv/redis';
import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import { Keyv } from 'keyv';
import type { CacheManagerOptions } from '../../../src/nest/compat';
import * as ours from '../../../src/nest/compat';
import { deferred } from '../../builders/deferred';
import { TestServer } from '../../support/servers';
import { alike, both, TestApp, withCache } from './both';

type Stores = NonNullable<CacheManagerOptions['stores']>;

describe('the traps of the original, with Redis', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
  });

  after(() => server.stop());

  beforeEach(() => server.cli('FLUSHALL'));

  for (const { name, compat, expected } of both({ original: 2, ours: 1 })) {
    it(`[trap-12] a key has its namespace in front: ${name}, ${expected} times`, () =>
      withCache(compat, { stores: new KeyvRedis(server.url), namespace: 'shop' }, async (cache) => {
        await cache.set('city', 1);

        expect((await server.cli('KEYS', '*city*')).split('shop').length - 1).to.equal(expected);
      }));
  }

  for (const { name, compat, expected } of both({ original: '', ours: '1' })) {
    it(`[trap-13] after \`clear\` the session of another application is: ${name}, '${expected}'`, () =>
      withCache(compat, { stores: new Keyv(new KeyvRedis(server.url), { namespace: '', useKeyPrefix: false }) }, async (cache) => {
        await server.cli('SET', 'otherapp:session:1', '1');
        await cache.set('city', 1);

        await cache.clear();

        expect(await server.cli('GET', 'otherapp:session:1')).to.equal(expected);
        expect(await cache.get('city')).to.equal(undefined);
      }));
  }

  for (const { name, compat, expected } of both({ original: 'open', ours: 'closed' })) {
    it(`[trap-15] a request that is still being answered leaves the connection: ${name}, ${expected}`, async () => {
      const [begun, gate] = [deferred(), deferred()];
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class SlowController {
        @Get('slow')
        async slow() {
          begun.resolve();
          await gate.promise;
          return {};
        }
      }
      const adapter = new KeyvRedis(server.url);
      const app = await TestApp.start({ imports: [compat.CacheModule.register({ stores: adapter })], controllers: [SlowController] });
      const answer = app.body('/slow', { headers: { connection: 'close' } });
      await begun.promise;
      const closing = app.close();
      while (expected === 'open' && adapter.client.isOpen) await new Promise(setImmediate);
      gate.resolve();

      expect(await answer).to.deep.equal({});
      await closing;

      expect(adapter.client.isOpen ? 'open' : 'closed').to.equal(expected);
      await adapter.disconnect(true);
    });
  }

  for (const { name, compat } of alike()) {
    for (const [what, storesOf] of [
      ['a storage adapter', () => new KeyvRedis(server.url)],
      ['a Keyv', () => new Keyv(new KeyvRedis(server.url))],
      ['a Keyv in a list', () => [new Keyv(new KeyvRedis(server.url))]],
    ] as [string, () => Stores][]) {
      it(`a process reads the value that another one has set in ${what} alone: ${name}`, () =>
        withCache(compat, { stores: storesOf() }, (reader) =>
          withCache(compat, { stores: storesOf() }, async (writer) => {
            await writer.set('city', { name: 'Rome' });
            expect(await reader.get('city')).to.deep.equal({ name: 'Rome' });

            await writer.set('city', { name: 'Roma' });
            await new Promise((resolve) => setTimeout(resolve, 10));

            expect(await reader.get('city')).to.deep.equal({ name: 'Roma' });
          }),
        ));
    }

    it(`closes the connections of its stores: ${name}`, async () => {
      const adapter = new KeyvRedis(server.url);
      await withCache(compat, { stores: [new Keyv(), new Keyv(adapter)] }, async (cache) => {
        await cache.set('city', 1);
        expect(adapter.client.isOpen).to.equal(true);
      });

      expect(adapter.client.isOpen).to.equal(false);
    });
  }

  for (const { name, compat, expected } of both({ original: 'old', ours: 'old' })) {
    it(`with a store in memory, a value of another process is not seen at once: ${name}`, () => {
      const stores = () => [new Keyv(), new Keyv(new KeyvRedis(server.url))];
      return withCache(compat, { stores: stores() }, (reader) =>
        withCache(compat, { stores: stores() }, async (writer) => {
          await reader.set('city', 'old');
          await writer.set('city', 'new');

          expect(await reader.get('city')).to.equal(expected);
        }),
      );
    });
  }

  it('closes in time although the server no longer answers', async () => {
    const adapter = new KeyvRedis(server.url);
    await withCache(ours, { stores: adapter }, async (cache) => {
      await cache.set('city', 1);
      server.freeze();
    });
    server.thaw();

    expect(adapter.client.isOpen).to.equal(false);
  });
});
