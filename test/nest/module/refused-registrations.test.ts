import { Inject, Injectable } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableModule, CacheableService, type CacheableModuleOptions, type CacheableOptionsFactory } from '../../../src/nest';
import type { CreateCacheOptions } from '../../../src/create-cache';
import { FakeClock, FakeDriver } from '../../../src/testing';
import { rejectionOf } from '../../builders/rejection-of';
import { bootstrap } from './bootstrap';

const refusal = async (...imports: Parameters<typeof bootstrap>[0]): Promise<Error> => {
  const error = (await rejectionOf(bootstrap(imports))) as Error;
  expect(error).to.have.property('code', 'CACHE_OPTION_INVALID');
  return error;
};

const returning = (options: unknown) => CacheableModule.registerAsync({ useFactory: () => options as CacheableModuleOptions });

@Injectable()
class MisplacedName implements CacheableOptionsFactory {
  createCacheOptions(): CreateCacheOptions & { name: string } {
    return { name: 'sessions' };
  }
}

describe('An invalid registration', () => {
  for (const option of ['isGlobal', 'name']) {
    it(`is refused when its factory returns '${option}'`, async () => {
      const { message } = await refusal(returning({ [option]: true, ttl: '5m' }));

      expect(message).to.contain(`${option}: expected beside useFactory`);
    });
  }

  it('is refused when its class returns options of the registration', async () => {
    const { message } = await refusal(CacheableModule.registerAsync({ useClass: MisplacedName }));

    expect(message).to.contain('name: expected beside useFactory, useClass or useExisting');
  });

  for (const [nothing, expected] of [
    [undefined, 'undefined'],
    [null, 'null'],
    ['5m', 'string'],
  ] as const) {
    it(`is refused when its factory returns ${String(nothing)}`, async () => {
      const { message } = await refusal(returning(nothing));

      expect(message).to.contain('useFactory: expected options').and.to.contain(expected);
    });
  }

  for (const name of ['', 'a b', 'v1', 'sessions:', 'x'.repeat(65)]) {
    it(`is refused when its name is '${name.slice(0, 10)}', which no namespace may contain`, async () => {
      const { message } = await refusal(CacheableModule.register({ name }));

      expect(message).to.contain("name: expected letters, digits, '_'");
    });
  }

  it('is refused when isGlobal is a word', async () => {
    const { message } = await refusal(CacheableModule.register({ isGlobal: 'false' as never }));

    expect(message).to.contain('isGlobal: expected true or false');
  });

  it('is refused with a header for tags that does not exist', async () => {
    const { message } = await refusal(CacheableModule.register({ http: { sendTags: 'x-key' as never } }));

    expect(message).to.contain("http.sendTags: expected true, false, 'surrogate-key' or 'cache-tag'");
  });

  it('is refused with all its problems at once', async () => {
    const { message } = await refusal(CacheableModule.registerAsync({ name: 'a b', useFactory: () => ({ isGlobal: true }) as object }));

    expect(message).to.contain('name: expected letters').and.to.contain('isGlobal: expected beside');
  });
});

describe('registerAsync', () => {
  it('lets its factory inject extra providers', async () => {
    const l2 = new FakeDriver({ clock: new FakeClock() });
    const application = await bootstrap([
      CacheableModule.registerAsync({
        extraProviders: [{ provide: 'LAYER_2', useValue: l2 }],
        inject: ['LAYER_2'],
        useFactory: (secondary: FakeDriver) => ({ secondary, breaker: false }),
      }),
    ]);

    expect(l2.isOpen).to.equal(true);
    await application.close();
  });

  it('lets its class inject extra providers', async () => {
    const l2 = new FakeDriver({ clock: new FakeClock() });
    @Injectable()
    class Factory implements CacheableOptionsFactory {
      constructor(@Inject('LAYER_2') readonly secondary: FakeDriver) {}
      createCacheOptions() {
        return { secondary: this.secondary, breaker: false as const };
      }
    }
    const application = await bootstrap([
      CacheableModule.registerAsync({ extraProviders: [{ provide: 'LAYER_2', useValue: l2 }], useClass: Factory }),
    ]);

    expect(application.get(CacheableService).health().status).to.equal('up');
    expect(l2.isOpen).to.equal(true);
    await application.close();
  });
});
