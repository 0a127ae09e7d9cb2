import { Injectable, Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { expect } from 'chai';
import { CacheableModule, CacheableService } from '../../../src/nest';
import { getCacheToken, InjectCache } from '../../../src/nest/shared/cacheable.service';
import { FakeClock, FakeDriver, RecordingLogger, testKey } from '../../../src/testing';
import { rejectionOf } from '../../builders/rejection-of';
import { bootstrap } from './bootstrap';

@Injectable()
class Shop {
  constructor(
    @InjectCache() readonly unnamed: CacheableService,
    @InjectCache('sessions') readonly sessions: CacheableService,
    @InjectCache('prices') readonly prices: CacheableService,
  ) {}
}

@Module({ providers: [Shop] })
class ShopModule {}

@Injectable()
class Till {
  constructor(@InjectCache('sessions') readonly sessions: CacheableService) {}
}

/** Two of one class would be one module to Nest. */
function newModule(): Type {
  @Module({})
  class SomeModule {}
  return SomeModule;
}

/** A module with one provider that wants the cache named `sessions`. */
function tillWith(...imports: DynamicModule[]): DynamicModule {
  return { module: newModule(), imports, providers: [Till] };
}

function driver(): FakeDriver {
  return new FakeDriver({ clock: new FakeClock() });
}

function named(name?: string, l2 = driver()): DynamicModule {
  return CacheableModule.register({ ...(name !== undefined && { name }), secondary: l2, breaker: false, logger: false });
}

const algorithms = ['reference', 'deep-hash'] as const;

for (const moduleIdGeneratorAlgorithm of algorithms) {
  describe(`Named caches, where Nest identifies modules by ${moduleIdGeneratorAlgorithm}`, () => {
    let application: INestApplicationContext | undefined;

    const start = async (...imports: Parameters<typeof bootstrap>[0]): Promise<INestApplicationContext> => {
      application = await bootstrap(imports, { moduleIdGeneratorAlgorithm });
      return application;
    };

    afterEach(async () => {
      await application?.close();
      application = undefined;
    });

    it('can be imported into one module, each under its name', async () => {
      const imports = [named(), named('sessions'), named('prices')];
      const { unnamed, sessions, prices } = (await start({ module: ShopModule, imports })).get(Shop);

      expect(new Set([unnamed, sessions, prices])).to.have.lengthOf(3);
      for (const cache of [unnamed, sessions, prices]) expect(cache).to.be.instanceOf(CacheableService);
    });

    it('can be registered in several modules', async () => {
      const global = CacheableModule.register({ isGlobal: true, name: 'sessions' });
      const { sessions } = (await start({ module: ShopModule, imports: [named(), named('prices')] }, global)).get(Shop);

      expect(sessions).to.equal(application?.get(getCacheToken('sessions')));
    });

    it('leave the unnamed cache to the registration without a name', async () => {
      const error = await rejectionOf(
        start(named('sessions'), { module: newModule(), imports: [named('prices')], providers: [CacheableConsumer] }),
      );

      expect(error).to.have.property('message').that.contains('CacheableService');
    });

    it('cannot be injected where they are neither imported nor global', async () => {
      const error = await rejectionOf(start(named('sessions'), tillWith()));

      expect(error).to.have.property('message').that.contains('tiercel:sessions');
    });

    it('are kept apart although their factories read the same', async () => {
      const drivers = { sessions: driver(), prices: driver() };
      const registration = (name: keyof typeof drivers): DynamicModule =>
        CacheableModule.registerAsync({ name, useFactory: () => ({ secondary: drivers[name], breaker: false, logger: false }) });
      await start(registration('sessions'), registration('prices'));

      await application?.get<CacheableService>(getCacheToken('prices')).set('k', 1);

      expect(drivers.prices.store.peek(testKey('tiercel:prices:v1:k'))).not.to.equal(undefined);
      expect(drivers.sessions.store.calls).to.have.lengthOf(0);
    });

    it('keep their keys below their name', async () => {
      const l2 = driver();
      await start(named('sessions', l2));

      await application?.get<CacheableService>(getCacheToken('sessions')).set('k', 1);

      expect(l2.store.peek(testKey('tiercel:sessions:v1:k'))).not.to.equal(undefined);
    });

    it('are warned about without a namespace, with the namespace that follows from the name', async () => {
      const logger = new RecordingLogger();

      await start(CacheableModule.register({ name: 'users', secondary: driver(), logger, breaker: false }));

      expect(logger.messages('warn').join('\n')).to.match(/^no namespace is set, so the keys start with 'tiercel:users': /);
    });

    it('keep their keys below a namespace that was given', async () => {
      const l2 = driver();
      await start(CacheableModule.register({ name: 'sessions', namespace: 'shop', secondary: l2, breaker: false, logger: false }));

      await application?.get<CacheableService>(getCacheToken('sessions')).set('k', 1);

      expect(l2.store.peek(testKey('shop:v1:k'))).not.to.equal(undefined);
    });

    it('are one when two modules import the same registration', async () => {
      const sessions = named('sessions');

      await start(tillWith(sessions), tillWith(sessions));

      expect(new Set(application?.get(Till, { strict: false, each: true }).map((till) => till.sessions))).to.have.lengthOf(1);
    });

    it('are refused when two have the same name, and nothing is left open', async () => {
      const drivers = [driver(), driver(), driver()] as const;

      const error = await rejectionOf(
        start(tillWith(named('sessions', drivers[0])), tillWith(named('sessions', drivers[1])), named('prices', drivers[2])),
      );

      expect(error).to.have.property('code', 'CACHE_OPTION_INVALID');
      expect(error).to.have.property('message').that.contains("2 caches named 'sessions'").and.contains('isGlobal');
      expect(drivers.map(({ isOpen }) => isOpen)).to.deep.equal([false, false, false]);
    });

    it('are refused when two have none', async () => {
      const error = await rejectionOf(start(named(), CacheableModule.register({ isGlobal: true })));

      expect(error).to.have.property('code', 'CACHE_OPTION_INVALID');
      expect(error).to.have.property('message').that.contains('2 caches without a name').and.contains("'name'");
    });

    it('may be named alike in two applications', async () => {
      const other = await bootstrap([named('sessions')], { moduleIdGeneratorAlgorithm });
      const token = getCacheToken('sessions');

      await start(named('sessions'));

      expect(application?.get<CacheableService>(token)).not.to.equal(other.get<CacheableService>(token));
      await other.close();
      expect(application?.get<CacheableService>(token).health().status).to.equal('up');
    });

    it('are refused when a lazy module brings a second one of a name', async () => {
      await start(named('sessions'));
      const load = (name: string) => application?.get(LazyModuleLoader).load(() => tillWith(named(name)), { logger: false });

      expect(await rejectionOf(load('sessions') as Promise<unknown>)).to.have.property('code', 'CACHE_OPTION_INVALID');
    });

    it('close with the application although a lazy module registered them', async () => {
      const l2 = driver();
      await start(named('prices'));
      const till = await application?.get(LazyModuleLoader).load(() => tillWith(named('sessions', l2)), { logger: false });
      await till?.get(Till).sessions.get('k');
      expect(l2.isOpen).to.equal(true);

      await application?.close();

      expect(l2.isOpen).to.equal(false);
    });

    it('show Nest neither clients nor secrets', async () => {
      const secret = 'hunter2';
      const client: Record<string, unknown> = { secret, toJSON: () => expect.fail('was serialised') };
      client['self'] = client;
      const l2 = Object.assign(driver(), { client });

      await start(named('sessions', l2));

      expect(JSON.stringify(named('sessions', l2))).not.to.contain(secret);
    });
  });
}

@Injectable()
class CacheableConsumer {
  constructor(@InjectCache() readonly cache: CacheableService) {}
}
