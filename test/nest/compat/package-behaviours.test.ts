import KeyvRedis from '@keyv/redis';
import { Controller, Get, Inject, Injectable, Module, type ModuleMetadata, UseInterceptors } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Cacheable, CacheableMemory, createKeyv, KeyvCacheableMemory } from 'cacheable';
import { expect } from 'chai';
import { Keyv } from 'keyv';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { Cache, CacheManagerOptions } from '../../../src/nest/compat';
import { TestServer } from '../../support/servers';
import { alike, TestApp } from './both';

/** The original's own suites, run against both packages. */
for (const { name, compat } of alike()) {
  describe(`the behaviours of the package: ${name}`, () => {
    const { Cache, CACHE_MANAGER, CACHE_MODULE_OPTIONS, CacheInterceptor, CacheKey, CacheModule, CacheTTL } = compat;

    function counting(...decorators: ClassDecorator[]) {
      class CountingController {
        runs = 0;

        count() {
          return { run: ++this.runs };
        }

        short() {
          return this.count();
        }
      }
      decorate(CountingController.prototype, 'count', Get('count'));
      decorate(CountingController.prototype, 'short', Get('short'), CacheTTL(500));
      for (const decorator of [UseInterceptors(CacheInterceptor), ...decorators, Controller()]) decorator(CountingController);
      return CountingController;
    }

    describe('registration', () => {
      let clock: SinonFakeTimers | undefined;

      afterEach(() => clock?.restore());

      const settings = 'SETTINGS';

      @Module({ providers: [{ provide: settings, useValue: { ttl: 1_000 } }], exports: [settings] })
      class SettingsModule {}

      @Injectable()
      class Factory {
        constructor(@Inject(settings) private readonly given: CacheManagerOptions) {}

        createCacheOptions() {
          return this.given;
        }
      }

      @Module({ imports: [SettingsModule], providers: [Factory], exports: [Factory] })
      class FactoryModule {}

      const registrations: Record<string, () => NonNullable<ModuleMetadata['imports']>[number]> = {
        register: () => CacheModule.register({ ttl: 1_000, isGlobal: true }),
        useFactory: () =>
          CacheModule.registerAsync({
            isGlobal: true,
            imports: [SettingsModule],
            inject: [settings],
            useFactory: (given: CacheManagerOptions) => given,
          }),
        'useFactory that returns a promise': () =>
          CacheModule.registerAsync({ isGlobal: true, useFactory: () => Promise.resolve({ ttl: 1_000 }) }),
        useClass: () => CacheModule.registerAsync({ isGlobal: true, imports: [SettingsModule], useClass: Factory }),
        useExisting: () => CacheModule.registerAsync({ isGlobal: true, imports: [FactoryModule], useExisting: Factory }),
        extraProviders: () =>
          CacheModule.registerAsync({
            isGlobal: true,
            extraProviders: [{ provide: 'extra', useValue: 1_000 }],
            inject: ['extra'],
            useFactory: (ttl: number) => ({ ttl }),
          }),
      };

      for (const [how, registration] of Object.entries(registrations)) {
        it(`by ${how}, for every module`, async () => {
          @Module({ providers: [{ provide: 'feature', inject: [CACHE_MANAGER, Cache], useFactory: (a: Cache, b: Cache) => [a, b] }] })
          class FeatureModule {}
          const module = await Test.createTestingModule({ imports: [registration(), FeatureModule] }).compile();
          const [manager, cache] = module.get<[Cache, Cache]>('feature', { strict: false });

          clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'performance'] });
          await manager.set('a', 1);

          expect(manager).to.equal(cache);
          expect(await cache.ttl('a')).to.equal(1_001_000);
          clock.restore();
          await module.close();
        });
      }

      it('injects the options by their token', async () => {
        const module = await Test.createTestingModule({ imports: [CacheModule.register({ ttl: 7 })] }).compile();

        expect(module.get(CACHE_MODULE_OPTIONS)).to.have.property('ttl', 7);
        await module.close();
      });

      it('uses the same strings', () => {
        expect([CACHE_MANAGER, compat.CACHE_KEY_METADATA, compat.CACHE_TTL_METADATA]).to.deep.equal([
          'CACHE_MANAGER',
          'cache_module:cache_key',
          'cache_module:cache_ttl',
        ]);
      });
    });

    describe('the interceptor', () => {
      let clock: SinonFakeTimers;
      let app: TestApp;

      beforeEach(() => {
        clock = useFakeTimers({ now: Date.now(), toFake: ['Date', 'performance'] });
      });

      afterEach(async () => {
        clock.restore();
        await app.close();
      });

      /** Moves the clock, and waits in real time until L1's coarse clock has read it. */
      async function elapse(ms: number) {
        clock.tick(ms);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }

      it('says whether the response was in the cache', async () => {
        app = await TestApp.start({ imports: [CacheModule.register()], controllers: [counting()] });

        expect(await app.verdicts('/count', '/count', '/count?a=1', '/count')).to.deep.equal(['MISS', 'HIT', 'MISS', 'HIT']);
      });

      it('stores under the raw URL', async () => {
        app = await TestApp.start({ imports: [CacheModule.register()], controllers: [counting()] });
        const cache = app.app.get(Cache);
        await app.ask('/count?b=1&a=2');

        expect(await cache.get('/count?b=1&a=2')).to.deep.equal({ run: 1 });
        await cache.del('/count?b=1&a=2');

        expect(await app.body('/count?b=1&a=2')).to.deep.equal({ run: 2 });
      });

      it('answers with a value that `set` wrote under the key', async () => {
        app = await TestApp.start({ imports: [CacheModule.register()], controllers: [counting()] });
        await app.app.get(Cache).set('/count', { run: 'none' });

        expect(await app.body('/count')).to.deep.equal({ run: 'none' });
      });

      it('expires after the ttl of the method, or else of the controller', async () => {
        app = await TestApp.start({ imports: [CacheModule.register()], controllers: [counting(CacheTTL(1_000))] });
        await app.verdicts('/count', '/short');

        await elapse(700);
        expect(await app.verdicts('/count', '/short')).to.deep.equal(['HIT', 'MISS']);

        await elapse(400);
        expect(await app.verdicts('/count')).to.deep.equal(['MISS']);
      });

      it('keeps a response with a ttl of 0 forever', async () => {
        app = await TestApp.start({ imports: [CacheModule.register({ ttl: 100 })], controllers: [counting(CacheTTL(0))] });
        await app.ask('/count');

        await elapse(86_400_000);

        expect(await app.verdicts('/count')).to.deep.equal(['HIT']);
      });

      for (const given of [() => undefined, () => Promise.resolve(null)]) {
        it(`uses the ttl of the cache when the function of @CacheTTL returns nothing: ${given.toString()}`, async () => {
          const controller = counting(CacheTTL(given as unknown as () => number));
          app = await TestApp.start({ imports: [CacheModule.register({ ttl: 1_000 })], controllers: [controller] });
          await app.ask('/count');

          await elapse(700);
          expect(await app.verdicts('/count')).to.deep.equal(['HIT']);
          await elapse(400);
          expect(await app.verdicts('/count')).to.deep.equal(['MISS']);
        });
      }

      it('keeps a response forever when the function of @CacheTTL returns 0', async () => {
        app = await TestApp.start({ imports: [CacheModule.register({ ttl: 100 })], controllers: [counting(CacheTTL(() => 0))] });
        await app.ask('/count');

        await elapse(86_400_000);

        expect(await app.verdicts('/count')).to.deep.equal(['HIT']);
      });

      it('takes key and ttl from functions, which may be asynchronous', async () => {
        class AskingController {
          runs = 0;

          asked() {
            return { run: ++this.runs };
          }
        }
        decorate(
          AskingController.prototype,
          'asked',
          Get('asked'),
          CacheKey(() => Promise.resolve('fixed')),
          CacheTTL(() => Promise.resolve(500)),
        );
        for (const decorator of [UseInterceptors(CacheInterceptor), Controller()]) decorator(AskingController);
        app = await TestApp.start({ imports: [CacheModule.register()], controllers: [AskingController] });

        expect(await app.verdicts('/asked?a=1', '/asked?a=2')).to.deep.equal(['MISS', 'HIT']);
        expect(await app.app.get(Cache).get('fixed')).to.deep.equal({ run: 1 });
        await elapse(600);
        expect(await app.verdicts('/asked')).to.deep.equal(['MISS']);
      });
    });

    describe('stores', () => {
      let server: TestServer;

      before(async () => {
        server = await TestServer.start('redis');
      });

      /** The original reopens connections that it has closed; they would keep the process alive. */
      const remotes: KeyvRedis<unknown>[] = [];
      const remote = () => {
        const adapter = new KeyvRedis(server.url);
        remotes.push(adapter);
        return adapter;
      };

      after(async () => {
        for (const { client } of remotes) if (client.isOpen) void client.destroy();
        await server.stop();
      });

      const stores: Record<string, () => CacheManagerOptions> = {
        'a Keyv on a Map': () => ({ stores: new Keyv() }),
        'a Keyv on CacheableMemory': () => ({ stores: [new Keyv({ store: new CacheableMemory({ ttl: '1h', lruSize: 100 }) })] }),
        "cacheable's createKeyv": () => ({ stores: [createKeyv({ lruSize: 100 })] }),
        'a CacheableMemory': () => ({ stores: new CacheableMemory({ ttl: '1h', lruSize: 100 }) }),
        'a KeyvCacheableMemory': () => ({ stores: [new KeyvCacheableMemory({ lruSize: 100 })] }),
        'a Map': () => ({ stores: new Map() }),
        'a storage adapter': () => ({ stores: remote(), namespace: 'adapter' }),
        'memory and Redis': () => ({ stores: [new Keyv(), new Keyv(remote())] }),
        'Redis and memory': () => ({ stores: [new Keyv(remote()), new Keyv()] }),
        'memory and Redis, not blocking': () => ({ stores: [new Keyv(), new Keyv(remote())], nonBlocking: true }),
        'a Cacheable': () => ({ stores: new Cacheable({ secondary: new Keyv(remote()) }) }),
        'a Cacheable that does not block': () => ({
          stores: new Cacheable({ secondary: new Keyv(remote()), nonBlocking: true }),
        }),
        'a Cacheable on a Keyv on CacheableMemory, not blocking': () => ({
          stores: new Cacheable({
            primary: new Keyv({ store: new CacheableMemory({ ttl: 60_000, lruSize: 5_000 }) }),
            secondary: remote(),
            nonBlocking: true,
            ttl: 30_000,
            namespace: 'test-cacheable',
          }),
        }),
        'a Cacheable on Redis alone': () => ({ stores: new Cacheable({ primary: remote() }) }),
        'a Keyv of another copy of the package': () => ({ stores: [foreignKeyv()] }),
      };

      for (const [what, options] of Object.entries(stores)) {
        it(`work: ${what}`, async () => {
          const module = await Test.createTestingModule({ imports: [CacheModule.register(options())] }).compile();
          await module.init();
          const cache = module.get(Cache);

          await cache.set('city', { name: 'Rome' }, 5_000);
          expect(await cache.get('city')).to.deep.equal({ name: 'Rome' });
          await cache.del('city');
          expect(await cache.get('city')).to.equal(undefined);
          await cache.set('town', 1, 5_000);
          await cache.clear();
          // Some of them clear in the background.
          while ((await cache.get('town')) !== undefined) await new Promise(setImmediate);
          expect(cache.stores).to.have.length([options().stores].flat().length);
          await module.close();
        });
      }
    });
  });
}

/** Applies decorators to a class that is defined once for each package. */
function decorate(target: object, method: string, ...decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, method);
  if (descriptor === undefined) throw new Error(`there is no ${method}`);
  for (const decorator of decorators) decorator(target, method, descriptor);
}

/** A Keyv that is no instance of this package's Keyv class, as from an application with its own copy. */
function foreignKeyv(): Keyv {
  const keyv = new Keyv();
  const members = new Proxy(keyv, { getPrototypeOf: () => Object.prototype });
  if (members instanceof Keyv) throw new Error('expected a Keyv of another class');
  return members as Keyv;
}
