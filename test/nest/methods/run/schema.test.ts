import { expect } from 'chai';
import { of, lastValueFrom, type Observable } from 'rxjs';
import type { StandardSchema } from '../../../../src/domain/options/standard-schema';
import { CacheableModule } from '../../../../src/nest/module/cacheable.module';
import { CacheableService } from '../../../../src/nest/shared/cacheable.service';
import { CacheConfig, CachePut, Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { FakeClock } from '../../../../src/testing/fake-clock';
import { FakeDriver } from '../../../../src/testing/fake-driver';
import { testKey } from '../../../../src/testing/suite-tools';
import { bare, closeApplications } from '../application';

/** arktype's schemas are functions, and so is this one: no option that is asked at each call. */
const user: StandardSchema = Object.assign(() => undefined, {
  '~standard': {
    version: 1 as const,
    vendor: 'by hand',
    validate: (value: unknown) =>
      typeof (value as { name?: unknown } | undefined)?.name === 'string' ? { value } : { issues: [{ message: 'no name' }] },
  },
});

const planted = { id: 'hacked' };
const named = { name: 'Ada', id: 'planted' };
const loaded = { name: 'Ada', id: 'loaded' };

class ByMethod {
  @Cacheable({ key: 'schema', schema: user })
  async schema(): Promise<object> {
    return loaded;
  }

  @Cacheable({ key: 'version', version: 3 })
  async version(): Promise<object> {
    return loaded;
  }

  @Cacheable({ key: 'observed', schema: user })
  observed(): Observable<object> {
    return of(loaded);
  }

  @CachePut({ key: 'put', version: 3 })
  async put(): Promise<object> {
    return loaded;
  }
}

@CacheConfig({ schema: user, version: 3 })
class ByClass {
  @Cacheable({ key: 'schema' })
  async schema(): Promise<object> {
    return loaded;
  }

  @Cacheable({ key: 'version' })
  async version(): Promise<object> {
    return loaded;
  }

  @Cacheable({ key: 'observed' })
  observed(): Observable<object> {
    return of(loaded);
  }

  @CachePut({ key: 'put' })
  async put(): Promise<object> {
    return loaded;
  }
}

for (const [where, type, version] of [
  ['on a method', ByMethod, undefined],
  ['on a class', ByClass, 3],
] as const) {
  describe(`schema and version ${where}`, () => {
    let driver: FakeDriver;
    let cache: CacheableService;
    let service: ByMethod | ByClass;

    beforeEach(async () => {
      const clock = new FakeClock();
      driver = new FakeDriver({ clock });
      const imports = [CacheableModule.register({ clock, secondary: driver, breaker: false, logger: false })];
      const module = await bare({ imports, providers: [type] });
      cache = module.get(CacheableService);
      service = module.get<ByMethod | ByClass>(type);
      await cache.start();
    });

    afterEach(closeApplications);

    /** As another process would write it. */
    async function plant(key: string, value: object, options: { readonly version?: number } = {}): Promise<void> {
      await cache.set(key, value, options);
      const { payload = '' } = driver.store.peek(testKey(`tiercel:v1:${key}`)) ?? {};
      await cache.del(key);
      driver.store.plant(testKey(`tiercel:v1:${key}`), payload);
    }

    it('are applied to entries of L2', async () => {
      const options = version === undefined ? {} : { version };
      await plant('schema', planted, options);
      await plant('observed', planted, options);
      await plant('version', named, { version: 2 });

      expect(await service.schema()).to.deep.equal(loaded);
      expect(await lastValueFrom(service.observed())).to.deep.equal(loaded);
      expect(await service.version()).to.deep.equal(loaded);

      expect(cache.stats().rejected).to.include({ schema: 2, version: 1 });
    });

    it('are applied to entries that other readers copied into L1', async () => {
      await plant('schema', planted);
      await plant('version', named);
      await cache.getMany(['schema', 'version']);

      expect([await service.schema(), await service.version()]).to.deep.equal([loaded, loaded]);
    });

    it('accept entries that fit', async () => {
      for (const key of ['schema', 'version', 'observed']) await plant(key, named, { version: 3 });

      const answers = [await service.schema(), await service.version(), await lastValueFrom(service.observed())];

      expect(answers).to.deep.equal([named, named, named]);
    });

    it('are stored with loaded and put values', async () => {
      await service.version();
      await service.put();

      for (const key of ['version', 'put']) {
        const { payload } = driver.store.peek(testKey(`tiercel:v1:${key}`)) ?? {};
        expect(payload, key).to.match(/^t2[\d,]*,,3;j/);
      }
    });
  });
}
