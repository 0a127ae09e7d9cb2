import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { CacheableModule, CacheableService, type CacheableOptionsFactory } from '../../../src/nest';
import { FakeClock, FakeDriver, testKey } from '../../../src/testing';

const settings = Symbol('settings');

@Module({ providers: [{ provide: settings, useValue: { namespace: 'shop' } }], exports: [settings] })
class SettingsModule {}

@Injectable()
class OptionsFactory implements CacheableOptionsFactory {
  createCacheOptions() {
    return { namespace: 'from-a-class' };
  }
}

@Module({ providers: [OptionsFactory], exports: [OptionsFactory] })
class FactoryModule {}

@Injectable()
class Consumer {
  constructor(@Inject(CacheableService) readonly cache: CacheableService) {}
}

@Module({ providers: [Consumer], exports: [Consumer] })
class FeatureModule {}

async function starting(imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) {
  const module = await Test.createTestingModule({ imports }).compile();
  await module.init();
  return module;
}

/** A driver that knows which keys it was asked to write: the namespace shows where the options came from. */
function spiedDriver() {
  return new FakeDriver({ clock: new FakeClock() });
}

describe('CacheableModule', () => {
  it('injects a working cache', async () => {
    const module = await starting([CacheableModule.register()]);
    const cache = module.get(CacheableService);

    await cache.set('k', 1);

    expect(await cache.get('k')).to.equal(1);
    await module.close();
  });

  it('reaches every module when it is global', async () => {
    const module = await starting([CacheableModule.register({ isGlobal: true }), FeatureModule]);

    expect(module.get(Consumer, { strict: false }).cache).to.equal(module.get(CacheableService));
    await module.close();
  });

  it('can be injected in its importer alone when it is not global', async () => {
    const error = await starting([CacheableModule.register(), FeatureModule]).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );

    expect(error?.message).to.contain('CacheableService');
  });

  it('takes options from a factory with injected imports', async () => {
    const driver = spiedDriver();
    const module = await starting([
      CacheableModule.registerAsync({
        imports: [SettingsModule],
        inject: [settings],
        useFactory: async (given: { namespace: string }) => ({ namespace: given.namespace, secondary: driver, breaker: false }),
      }),
    ]);

    await module.get(CacheableService).set('k', 1);

    expect(driver.store.peek(testKey('shop:v1:k'))).not.to.equal(undefined);
    await module.close();
  });

  it('takes options from useClass', async () => {
    const module = await starting([CacheableModule.registerAsync({ useClass: OptionsFactory })]);

    expect(module.get(CacheableService).health().status).to.equal('up');
    await module.close();
  });

  it('takes options from useExisting', async () => {
    const module = await starting([
      CacheableModule.registerAsync({ imports: [FactoryModule], useExisting: OptionsFactory, isGlobal: true }),
      FeatureModule,
    ]);

    expect(module.get(Consumer, { strict: false }).cache).to.be.instanceOf(CacheableService);
    await module.close();
  });

  it('refuses wrong options at start-up, all of them in one error', async () => {
    const wrong = { ttl: 'soon', naemspace: 'x' } as never;
    const error = await starting([CacheableModule.register(wrong)]).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );

    expect(error).to.have.property('code', 'CACHE_OPTION_INVALID');
    expect(error?.message).to.contain('ttl').and.to.contain("did you mean 'namespace'");
  });

  it('starts although L2 is unreachable, and logs this', async () => {
    const driver = spiedDriver();
    driver.goAway();
    const module = await starting([CacheableModule.register({ secondary: driver, breaker: false, logger: false })]);

    expect(module.get(CacheableService).health()).to.have.property('status', 'degraded');
    await module.close();
  });

  it('leaves no connection open when a required L2 fails the start', async () => {
    const clock = new FakeClock();
    const driver = new FakeDriver({ clock });
    driver.goAway();
    const start = starting([
      CacheableModule.register({ secondary: driver, breaker: false, logger: false, clock, startup: 'require' }),
    ]).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    // The bootstrap runs in real time, the startup timeout in the clock's: it is over once the driver has been opened.
    while (!driver.isOpen) await new Promise(setImmediate);
    await clock.advance(10_000);

    expect(await start).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
    expect(driver.isOpen).to.equal(false);
  });

  it('connects before the first request and closes with the application', async () => {
    const driver = spiedDriver();
    const module = await starting([CacheableModule.register({ secondary: driver, breaker: false })]);
    const cache = module.get(CacheableService);
    expect(driver.isOpen).to.equal(true);

    await module.close();

    expect(driver.isOpen).to.equal(false);
    expect(cache.health().status).to.equal('closed');
  });

  it('makes namespaces with the class of the service', async () => {
    const module = await starting([CacheableModule.register()]);
    const cache = module.get(CacheableService);

    expect(cache.namespace('orders')).to.be.instanceOf(CacheableService);
    expect(cache.namespace('orders')).to.equal(cache.namespace('orders'));
    await module.close();
  });
});
