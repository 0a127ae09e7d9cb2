import KeyvRedis from '@keyv/redis';
import { Controller, Get, HttpCode, Res, type Type, UseInterceptors } from '@nestjs/common';
import { Cacheable } from 'cacheable';
import { createCache } from 'cache-manager';
import { expect } from 'chai';
import { Keyv } from 'keyv';
import type { CacheManagerOptions } from '../../../src/nest/compat';
import * as ours from '../../../src/nest/compat';
import { CacheManager } from '../../../src/nest/compat/cache-manager';
import type { CacheableService } from '../../../src/nest/shared/cacheable.service';
import { rejectionOf } from '../../builders/rejection-of';
import { TestServer } from '../../support/servers';
import { both, TestApp, withCache, type Compat } from './both';

describe('differences from the original', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
  });

  after(() => server.stop());

  async function withController(compat: Compat, options: CacheManagerOptions, controller: Type, test: (app: TestApp) => Promise<void>) {
    const app = await TestApp.start({ imports: [compat.CacheModule.register(options)], controllers: [controller] });
    try {
      await test(app);
    } finally {
      await app.close();
    }
  }

  function cities({ CacheInterceptor }: Compat) {
    class City {
      name = 'Rome';
    }
    @Controller('cities')
    @UseInterceptors(CacheInterceptor)
    class CitiesController {
      @Get()
      city() {
        return new City();
      }
    }
    return CitiesController;
  }

  for (const { name, compat, expected } of both({ original: 'waits with it', ours: 'is answered' })) {
    it(`[outage] a delete while Redis answers nothing: ${name}, ${expected}`, () =>
      withCache(compat, { stores: new KeyvRedis(server.url) }, async (cache) => {
        await cache.set('city', 1);
        server.freeze();
        const deleted = cache.del('city').then(() => 'is answered');
        const timeout = new Promise((resolve) => setTimeout(resolve, expected === 'waits with it' ? 1_400 : 8_000, 'waits with it'));
        const outcome = await Promise.race([deleted, timeout]);
        server.thaw();
        await deleted;

        expect(outcome).to.equal(expected);
      }));
  }

  for (const { name, compat, expected } of both({ original: 'the value', ours: 'nothing' })) {
    it(`[payloads] under the key as it was set, Redis holds: ${name}, ${expected}`, () =>
      withCache(compat, { stores: new Keyv(new KeyvRedis(server.url), { namespace: '', useKeyPrefix: false }) }, async (cache) => {
        await server.cli('FLUSHALL');
        await cache.set('city', 'Rome');

        expect((await server.cli('GET', 'city')) === '' ? 'nothing' : 'the value').to.equal(expected);
      }));
  }

  for (const { name, compat, expected } of both({ original: 'are all used', ours: 'are refused' })) {
    it(`[two-tiers] three stores: ${name}, ${expected}`, async () => {
      const working = withCache(compat, { stores: [new Keyv(), new Keyv(), new Keyv()] }, (cache) =>
        cache.set('a', 1).then(() => undefined),
      );

      if (expected === 'are all used') await working;
      else expect(await rejectionOf(working)).to.have.property('code', 'CACHE_OPTION_INVALID');
    });

    it(`[namespace-checked] a namespace such as 'my shop!': ${name}, ${expected === 'are refused' ? 'is refused' : 'is used'}`, async () => {
      const working = withCache(compat, { namespace: 'my shop!' }, (cache) => cache.set('a', 1).then(() => undefined));

      if (expected === 'are all used') await working;
      else expect(await rejectionOf(working)).to.have.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  for (const { name, compat, expected } of both({ original: 'is cached', ours: 'is not cached' })) {
    it(`[class-instances] a class instance that a handler returns, with Redis alone: ${name}, ${expected}`, () =>
      withController(compat, { stores: new KeyvRedis(server.url), namespace: 'instances' }, cities(compat), async (app) => {
        await app.ask('/cities');
        // L1 answers for the rest of the millisecond in which the entry was written.
        await new Promise((resolve) => setTimeout(resolve, 20));
        const [second] = await app.verdicts('/cities');

        expect(second).to.equal(expected === 'is cached' ? 'HIT' : 'MISS');
      }));
  }

  for (const { name, compat, expected } of both({ original: 2, ours: 0 })) {
    it(`[interceptor-events] events \`set\` for a request that is cached: ${name}, ${expected}`, () =>
      withController(compat, {}, cities(compat), async (app) => {
        let heard = 0;
        app.app.get(compat.Cache).on('set', () => heard++);
        await app.ask('/cities');

        expect(heard).to.equal(expected);
      }));
  }

  /** Handlers that set a status or a header. */
  function answers({ CacheInterceptor }: Compat) {
    @Controller('answers')
    @UseInterceptors(CacheInterceptor)
    class AnswersController {
      @Get('accepted')
      @HttpCode(202)
      accepted() {
        return 'accepted';
      }

      @Get('private')
      private(@Res({ passthrough: true }) response: { header(name: string, value: string): void }) {
        response.header('cache-control', 'private');
        return 'private';
      }

      @Get('cookie')
      cookie(@Res({ passthrough: true }) response: { header(name: string, value: string): void }) {
        response.header('set-cookie', 'seen=1');
        return 'cookie';
      }

      @Get('fine')
      fine() {
        return 'fine';
      }
    }
    return AnswersController;
  }

  const second = (compat: Compat, path: string, init: RequestInit = {}) => {
    const app = TestApp.start({ imports: [compat.CacheModule.register()], controllers: [answers(compat)] });
    return app.then(async (started) => {
      await started.ask(path, init);
      const { headers } = await started.ask(path, init);
      await started.close();
      return headers.get('x-cache') ?? 'not cached';
    });
  };

  for (const { name, compat, expected } of both({ original: 'HIT', ours: 'MISS' })) {
    it(`[other-statuses] the second request for an answer with status 202: ${name}, ${expected}`, async () => {
      expect(await second(compat, '/answers/accepted')).to.equal(expected);
    });

    for (const path of ['private', 'cookie']) {
      it(`[response-headers] the second request for an answer that is private to one client (${path}): ${name}, ${expected}`, async () => {
        expect(await second(compat, `/answers/${path}`)).to.equal(expected);
      });
    }

    it(`[no-store] the second request that says no-store: ${name}, ${expected}`, async () => {
      expect(await second(compat, '/answers/fine', { headers: { 'cache-control': 'no-store' } })).to.equal(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 'HIT', ours: null })) {
    it(`[foreign-manager] with another package's cache as CACHE_MANAGER, a second request: ${name}, ${expected ?? 'is not cached'}`, async () => {
      const app = await TestApp.start({
        controllers: [cities(compat)],
        providers: [{ provide: compat.CACHE_MANAGER, useValue: createCache() }],
      });
      const [, second] = await app.verdicts('/cities', '/cities');
      await app.close();

      expect(second).to.equal(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 'is ignored', ours: 'is refused' })) {
    it(`[breaker] an option \`breaker\` that is wrong: ${name}, ${expected}`, async () => {
      const options = { stores: new KeyvRedis(server.url), breaker: { failureRate: 2 } };
      const working = withCache(compat, options, (cache) => cache.set('a', 1).then(() => undefined));

      if (expected === 'is ignored') await working;
      else
        expect(await rejectionOf(working))
          .to.have.property('message')
          .that.includes('breaker.failureRate');
    });
  }

  it('[breaker] without a breaker, no call opens one', () =>
    withCache(ours, { stores: new KeyvRedis(server.url), breaker: false }, async (cache) => {
      await cache.set('a', 1);

      expect(cache).to.be.instanceOf(CacheManager);
      expect((cache as unknown as { service: CacheableService }).service.health().l2).to.include({ state: 'up', breaker: undefined });
    }));

  for (const { name, compat, expected } of both({ original: 'reject, with an event', ours: 'are answered' })) {
    it(`[store-errors] calls to a store that fails: ${name}, ${expected}`, () =>
      withCache(compat, { stores: new Keyv({ store: failingStore(), throwOnErrors: true }) }, async (cache) => {
        const errors: string[] = [];
        for (const event of ['get', 'set', 'del'] as const) cache.on(event, (payload: object) => 'error' in payload && errors.push(event));
        const outcomes = await Promise.allSettled([cache.get('a'), cache.set('a', 1), cache.del('a')]);

        expect(outcomes.map(({ status }) => status)).to.deep.equal(
          expected === 'are answered' ? Array.from({ length: 3 }, () => 'fulfilled') : ['fulfilled', 'rejected', 'rejected'],
        );
        expect(errors).to.have.members(expected === 'are answered' ? [] : ['get', 'set', 'del']);
      }));
  }

  for (const { name, compat, expected } of both({ original: 1, ours: 0 })) {
    it(`[keyv-events] a Keyv in \`stores\` counts this many writes in its statistics: ${name}, ${expected}`, async () => {
      const keyv = new Keyv({ stats: true });
      await withCache(compat, { stores: [keyv] }, (cache) => cache.set('a', 1).then(() => undefined));

      expect(keyv.stats.sets).to.equal(expected);
    });
  }

  for (const { name, compat, expected } of both({ original: 'empties the store', ours: 'leaves the rows to their ttl' })) {
    it(`[clear-unsupported] \`clear\` with a store that cannot list its keys: ${name}, ${expected}`, () => {
      const map = new Map<string, unknown>();
      return withCache(compat, { stores: storeWithoutKeys(map), namespace: 'unlisted' }, async (cache) => {
        const cleared: unknown[] = [];
        cache.on('clear', (error) => cleared.push(error));
        map.set('of another application', '{}');
        await cache.set('a', 1);

        expect(await cache.clear()).to.equal(true);

        expect([cleared, await cache.get('a')]).to.deep.equal([[undefined], undefined]);
        expect(map.has('of another application')).to.equal(expected !== 'empties the store');
        await cache.set('a', 2);
        expect(await cache.get('a')).to.equal(2);
      });
    });
  }

  for (const { name, compat, expected } of both({ original: 2, ours: 1 })) {
    it(`[nested-interceptors] of two interceptors around a route, the cache gets an entry from: ${name}, ${expected}`, async () => {
      class Inner extends compat.CacheInterceptor {
        protected override trackBy() {
          return 'inner';
        }
      }
      @Controller('nested')
      @UseInterceptors(compat.CacheInterceptor, Inner)
      class NestedController {
        @Get()
        nested() {
          return {};
        }
      }
      await withController(compat, {}, NestedController, async (app) => {
        await app.ask('/nested');
        const found = await app.app.get(compat.Cache).mget(['/nested', 'inner']);

        expect(found.filter((body) => body !== undefined)).to.have.length(expected);
      });
    });
  }

  for (const { name, compat, expected } of both({ original: 'loads again', ours: 'answers' })) {
    it(`[cacheable-wrap] \`wrap\` over a Cacheable that has the key: ${name}, ${expected}`, () =>
      withCache(compat, { stores: new Cacheable() }, async (cache) => {
        await cache.set('a', 'cached');

        expect(await cache.wrap('a', () => 'loaded')).to.equal(expected === 'answers' ? 'cached' : 'loaded');
      }));
  }

  for (const { name, compat, expected } of both({ original: 0, ours: 1 })) {
    it(`[cache-status] an answer has the header Cache-Status: ${name}, ${expected} times`, () =>
      withController(compat, {}, cities(compat), async (app) => {
        expect((await app.ask('/cities')).headers.has('cache-status') ? 1 : 0).to.equal(expected);
      }));
  }
});

/** A storage adapter whose every call fails. */
function failingStore() {
  const fail = () => Promise.reject(new Error('no'));
  return { get: fail, set: fail, delete: fail, clear: fail };
}

/** A storage adapter without `iterator`. */
function storeWithoutKeys(map: Map<string, unknown>) {
  return {
    get: (key: string) => Promise.resolve(map.get(key)),
    set: (key: string, value: unknown) => Promise.resolve(map.set(key, value)),
    delete: (key: string) => Promise.resolve(map.delete(key)),
    clear: async () => {
      map.clear();
    },
  };
}
