import { Injectable, Logger } from '@nestjs/common';
import { expect } from 'chai';
import { inspect } from 'node:util';
import sinon from 'sinon';
import { CacheError } from '../../../../src/domain/cache-error';
import { LoadContext } from '../../../../src/domain/reading/loader';
import { CacheableModule } from '../../../../src/nest/module/cacheable.module';
import { CacheableService, getCacheToken } from '../../../../src/nest/shared/cacheable.service';
import { Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { deferred } from '../../../builders/deferred';
import { rejectionOf } from '../../../builders/rejection-of';
import { application, closeApplications } from '../application';

interface User {
  readonly id: number;
  readonly name?: string;
}

@Injectable()
class UserService {
  runs = 0;
  failure: Error | undefined;
  gate: Promise<void> = Promise.resolve();

  @Cacheable({ key: (id: number) => `user:${id}` })
  async find(id: number): Promise<User> {
    this.runs++;
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return { id };
  }

  @Cacheable()
  async search(query: { name: string; page?: number }, limit?: number): Promise<string> {
    this.runs++;
    return `${query.name} ${limit ?? 'all'}`;
  }

  @Cacheable()
  async watch(signal: AbortSignal): Promise<boolean> {
    this.runs++;
    return signal.aborted;
  }

  @Cacheable({ condition: (id: number) => id > 0 })
  async positive(id: number): Promise<number> {
    this.runs++;
    return id;
  }

  @Cacheable({ unless: (user: User | null) => user === null })
  async known(id: number): Promise<User | null> {
    this.runs++;
    return id === 0 ? null : { id };
  }

  @Cacheable({ key: 'all', ttl: (users: readonly User[], limit: number) => (users.length < limit ? '1h' : '1m') })
  async list(limit: number): Promise<readonly User[]> {
    this.runs++;
    return [{ id: limit }];
  }

  @Cacheable({ key: 'odd', ttl: (count: number) => (count === 1 ? 0 : '1m') })
  async odd(): Promise<number> {
    return ++this.runs;
  }

  @Cacheable({ key: 'hidden', hardTimeout: 1 })
  async slow(): Promise<string> {
    await this.gate;
    return 'late';
  }
}

const methodOf = (instance: object, name: string) => Reflect.get(instance, name) as (n: number) => number;

/** `@Cacheable` without its types, as JavaScript uses it. */
const untyped = (options: object = {}): MethodDecorator => Cacheable(options as never) as unknown as MethodDecorator;

describe('@Cacheable', () => {
  let service: UserService;
  let cache: CacheableService;

  beforeEach(async () => {
    const module = await application({ providers: [UserService] });
    service = module.get(UserService);
    cache = module.get(CacheableService, { strict: false });
  });

  afterEach(async () => {
    sinon.restore();
    await closeApplications();
  });

  it('runs the method once for calls with the same key', async () => {
    await service.find(1);

    expect(await service.find(1)).to.deep.equal({ id: 1 });
    expect(await service.find(2)).to.deep.equal({ id: 2 });
    expect(service.runs).to.equal(2);
    expect(cache.peek('user:1')).to.deep.equal({ id: 1 });
  });

  it('runs the method once for calls that come together', async () => {
    const { promise, resolve } = deferred();
    service.gate = promise;
    const calls = Array.from({ length: 100 }, () => service.find(1));
    resolve();

    await Promise.all(calls);

    expect(service.runs).to.equal(1);
  });

  it('keys by class, method and arguments by default', async () => {
    await service.search({ name: 'ann', page: 1 }, undefined);
    await service.search({ page: 1, name: 'ann' });
    await service.search({ page: 1, name: 'ann' }, 2);

    expect(service.runs).to.equal(2);
    expect(cache.peek('UserService.search(("name":"ann","page":1))')).to.equal('ann all');
  });

  it('runs the method uncached for arguments that cannot make a key, and logs once which argument', async () => {
    const warn = sinon.stub(Logger.prototype, 'warn');

    const answers = [await service.watch(new AbortController().signal), await service.watch(AbortSignal.abort())];

    expect(answers).to.deep.equal([false, true]);
    expect(warn.args.flat()).to.deep.equal([
      "UserService.watch: ran uncached, because argument 1 is or holds an instance of AbortSignal, whose state cannot be seen, which cannot be part of a key; give @Cacheable a 'key' (logged once)",
    ]);
  });

  it('passes the error of the method as it is, and does not cache it', async () => {
    service.failure = new TypeError('no such user');

    expect(await rejectionOf(service.find(1))).to.equal(service.failure);
    service.failure = undefined;
    expect(await service.find(1)).to.deep.equal({ id: 1 });
  });

  it('neither reads nor stores while the condition is false', async () => {
    await service.positive(-1);
    await service.positive(-1);
    await service.positive(1);
    await service.positive(1);

    expect(service.runs).to.equal(3);
  });

  it('does not store results for which unless is true', async () => {
    await service.known(0);
    await service.known(0);
    await service.known(1);
    await service.known(1);

    expect(service.runs).to.equal(3);
  });

  it('takes the ttl from the result and the arguments', async () => {
    await service.list(2);

    expect((await cache.getEntry('all'))?.ttlMs).to.be.within(3_590_000, 3_600_000);
  });

  it('returns the result although its ttl is invalid, and logs this', async () => {
    const warn = sinon.stub(Logger.prototype, 'warn');

    expect([await service.odd(), await service.odd(), await service.odd()]).to.deep.equal([1, 2, 2]);
    expect(warn.args.flat()).to.deep.equal([
      "UserService.odd: 'ttl' of @Cacheable returned 0, expected a ttl such as 5000, '5m' or { primary: '1m' }; the result is not stored (logged once)",
    ]);
  });

  it('fails with CACHE_LOAD_TIMEOUT when a load takes too long', async () => {
    const { promise, resolve } = deferred();
    service.gate = promise;

    expect(await rejectionOf(service.slow())).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    resolve();
  });

  it('passes tags and grace periods on to the cache', async () => {
    class Tagged {
      @Cacheable({ key: 'tagged', tags: (id: number) => [`user:${id}`], ttl: '1m', staleIfError: '1h' })
      async find(id: number): Promise<number> {
        return id;
      }
    }
    const wrap = sinon.spy(cache, 'wrap');
    const setTags = sinon.spy(LoadContext.prototype, 'setTags');
    const module = await application({ providers: [Tagged, { provide: CacheableService, useValue: cache }] });

    await module.get(Tagged).find(1);

    expect(wrap.firstCall.args[2]).to.include({ ttl: '1m', staleIfError: '1h' });
    expect(setTags.args).to.deep.equal([[['user:1']]]);
  });

  it('runs the method uncached in an instance that Nest did not make', () => {
    class Plain {
      @untyped()
      half(n: number): number {
        return n / 2;
      }
    }

    expect(new Plain().half(4)).to.equal(2);
    expect(Reflect.apply(methodOf(new Plain(), 'half'), undefined, [4])).to.equal(2);
  });

  it('does not show the cache in an instance', async () => {
    await service.find(1);

    expect(inspect(service)).not.to.match(/tiercel|Cacheable/);
    expect(JSON.stringify(service)).not.to.contain('tiercel');
    expect(Object.assign({}, service)).to.have.all.keys('runs', 'failure', 'gate');
    expect(Object.assign(Object.create(UserService.prototype), service)).to.deep.equal(service);
  });

  describe('when the cache fails', () => {
    it('runs the method after closing', async () => {
      await cache.close();

      expect(await service.find(1)).to.deep.equal({ id: 1 });
      expect(await service.find(1)).to.deep.equal({ id: 1 });
      expect(service.runs).to.equal(2);
    });

    it('runs the method when the cache refuses the call, and logs this once, without the key', async () => {
      const warn = sinon.stub(Logger.prototype, 'warn');
      const wrap = sinon.stub(cache, 'wrap');

      for (const code of ['CACHE_CLOSED', 'CACHE_KEY_INVALID', 'CACHE_TIER_UNAVAILABLE'] as const) {
        wrap.rejects(new CacheError(code, 'refused'));
        expect(await service.find(1)).to.deep.equal({ id: 1 });
      }

      expect(warn.args.flat()).to.deep.equal(['UserService.find: ran without the cache, which refused the call (logged once)']);
    });

    it('does not run the method a second time', async () => {
      service.failure = new CacheError('CACHE_CLOSED', 'of another cache');

      expect(await rejectionOf(service.find(1))).to.equal(service.failure);
      expect(service.runs).to.equal(1);
    });
  });

  describe('on a method without a declared type', () => {
    class Vague {
      runs = 0;

      @untyped({ key: (id: number) => `vague:${id}` })
      promise(id: number): unknown {
        this.runs++;
        return id < 0 ? Promise.reject(new RangeError('negative')) : Promise.resolve(id);
      }

      @untyped()
      plain(n: number): unknown {
        this.runs++;
        return n;
      }
    }
    let vague: Vague;
    let own: CacheableService;

    beforeEach(async () => {
      const module = await application({ providers: [Vague] });
      vague = module.get(Vague);
      own = module.get(CacheableService, { strict: false });
    });

    it('detects the kind of result at the first call, whose result it uses', async () => {
      await vague.promise(1);
      await vague.promise(1);

      expect(vague.runs).to.equal(1);
    });

    it('answers from the cache although it ran, and leaves no unhandled rejection', async () => {
      class Fresh {
        @untyped({ key: 'fresh' })
        find(): unknown {
          return Promise.reject(new RangeError('unseen'));
        }
      }
      const module = await application({ providers: [Fresh] });
      await module.get(CacheableService, { strict: false }).set('fresh', 'cached');

      expect(await module.get(Fresh).find()).to.equal('cached');
    });

    it('returns a plain value uncached, and logs this once', () => {
      const warn = sinon.stub(Logger.prototype, 'warn');

      expect([vague.plain(1), vague.plain(1)]).to.deep.equal([1, 1]);
      expect(vague.runs).to.equal(2);
      expect(warn.args.flat()).to.deep.equal(['Vague.plain: returns neither a promise nor an Observable, and is not cached']);
      expect(own.peek('Vague.plain(1)')).to.equal(undefined);
    });
  });

  describe('with a key that is being loaded', () => {
    class Nested {
      @Cacheable({ key: (id: number) => `nested:${id}` })
      async find(id: number): Promise<number | undefined> {
        return id > 0 ? id : undefined;
      }

      @Cacheable({ key: (id: number) => `nested:${id}` })
      async get(id: number): Promise<number> {
        const found = await this.find(id);
        if (found === undefined) throw new RangeError('none');
        return found;
      }
    }

    it('stores the result of a nested method of another cache, although the key is the same', async () => {
      class Outer {
        @Cacheable({ key: 'same', cache: 'other' })
        async inner(): Promise<string> {
          return 'inner';
        }

        @Cacheable({ key: 'same' })
        async outer(): Promise<string> {
          return `outer ${await this.inner()}`;
        }
      }
      const module = await application({ imports: [CacheableModule.register({ name: 'other', isGlobal: true })], providers: [Outer] });

      expect(await module.get(Outer).outer()).to.equal('outer inner');
      expect(module.get(CacheableService, { strict: false }).peek('same')).to.equal('outer inner');
      expect(module.get<CacheableService>(getCacheToken('other'), { strict: false }).peek('same')).to.equal('inner');
    });

    it('does not wait for itself', async () => {
      const module = await application({ providers: [Nested] });

      expect(await module.get(Nested).get(1)).to.equal(1);
      expect(await rejectionOf(module.get(Nested).get(-1))).to.be.instanceOf(RangeError);
    });
  });
});
