import { Controller, Get, Global, Injectable, Inject, Module, NotFoundException, Res, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import {
  Cacheable,
  CacheableInterceptor,
  CacheableModule,
  CacheableService,
  CacheKey,
  InjectCache,
  type CacheableModuleOptions,
} from '../../../src/nest';

import type { Cache } from '../../../src/nest/compat';
import { FakeClock } from '../../../src/testing';
import { deferred, type Deferred } from '../../builders/deferred';
import { alike, TestApp } from '../compat/both';
import { storedResponse, Runs, WebApp, type AnyResponse, type Platform } from './support';

interface User {
  readonly name: string;
  readonly password: string;
}

/** A source that counts, and can be held up or away. */
class Users {
  reads = 0;
  gate: Promise<unknown> = Promise.resolve();
  isAway = false;

  async all(): Promise<User[]> {
    this.reads++;
    await this.gate;
    if (this.isAway) throw new Error('away');
    return [{ name: `Ada ${this.reads}`, password: 'secret' }];
  }
}

let users = new Users();
let runs = new Runs();

@Injectable()
class UserService {
  constructor(@InjectCache() private readonly cache: CacheableService) {}

  all(): Promise<User[]> {
    return this.cache.wrap('users', () => users.all(), { ttl: '500ms', staleWhileRevalidate: 0, staleIfError: 0 });
  }

  @Cacheable({ key: 'users' })
  async cached(): Promise<User[]> {
    await Promise.resolve();
    return this.all();
  }
}

@Global()
@Module({ providers: [UserService], exports: [UserService] })
class UserModule {}

function namesOf(all: readonly User[]): string[] {
  return all.map(({ name }) => name);
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class UsersController {
  constructor(
    @InjectCache() private readonly cache: CacheableService,
    @Inject(UserService) private readonly service: UserService,
  ) {}

  @Get('names')
  @CacheKey('users')
  async names(@Res({ passthrough: true }) response: AnyResponse): Promise<string[]> {
    runs.count('names');
    await Promise.resolve();
    const all = await this.service.all();
    response.header('x-count', String(all.length));
    return namesOf(all);
  }

  @Get('lines')
  @CacheKey('users')
  async lines(): Promise<string> {
    await Promise.resolve();
    return namesOf(await this.service.all()).join();
  }

  @Get('nested')
  @CacheKey('users')
  async nested(): Promise<string[]> {
    await Promise.resolve();
    return namesOf(await this.service.cached());
  }

  @Cacheable({ key: 'users' })
  @Get('doubly')
  @CacheKey('users')
  async doubly(): Promise<string[]> {
    await Promise.resolve();
    return namesOf(await this.service.all());
  }

  @Get('missing')
  @CacheKey('users')
  async missing(): Promise<never> {
    await this.service.all();
    throw new NotFoundException();
  }

  @Get('evicting')
  @CacheKey('users')
  async evicting(): Promise<string[]> {
    await this.cache.del('users');
    return namesOf(await this.service.all());
  }
}

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  describe(`CacheableInterceptor on ${platform}, where a handler asks for its own key`, () => {
    let app: WebApp;
    let clock: FakeClock;

    async function start(options: CacheableModuleOptions = {}): Promise<void> {
      app = await WebApp.start(
        platform,
        [UsersController],
        [CacheableModule.register({ isGlobal: true, clock, ...options }), { module: UserModule }],
      );
    }

    function heldUp(): Deferred<void> {
      const gate = deferred();
      users.gate = gate.promise;
      return gate;
    }

    async function reading(): Promise<void> {
      while (users.reads === 0) await new Promise(setImmediate);
    }

    const stored = (): unknown => storedResponse(app.nest.get(CacheableService), 'users');

    beforeEach(() => {
      users = new Users();
      runs = new Runs();
      clock = new FakeClock();
    });

    afterEach(() => app.close());

    for (const path of ['names', 'nested', 'doubly']) {
      it(`answers /${path}, and stores its response`, async () => {
        await start();

        expect(await app.see(`/${path}`)).to.deep.equal({ status: 200, body: '["Ada 1"]', cache: 'tiercel; fwd=miss; stored' });
        expect(JSON.stringify(stored())).to.contain('Ada 1').and.not.contain('secret');
        expect(await app.see(`/${path}`)).to.deep.equal({ status: 200, body: '["Ada 1"]', cache: 'tiercel; hit; ttl=300' });
        expect(users.reads).to.equal(1);
      });
    }

    it('brings back the headers of the handler', async () => {
      await start();
      await app.get('/names');

      expect((await app.get('/names')).headers.get('x-count')).to.equal('1');
    });

    it('shows no caller the inner value, while the handler runs or when it fails', async () => {
      await start();
      const gate = heldUp();
      const one = app.see('/missing');
      await reading();
      const other = app.see('/missing');
      const elsewhere = app.nest.get(UserService).all();
      gate.resolve();

      expect([(await one).status, (await other).status]).to.deep.equal([404, 404]);
      expect(namesOf(await elsewhere)).to.deep.equal(['Ada 1']);
      expect(stored()).to.equal(undefined);
    });

    it('stores neither answer nor data of a handler whose key was deleted meanwhile', async () => {
      await start();

      expect((await app.see('/evicting')).cache).to.equal('tiercel; fwd=miss; detail=invalidated');
      expect(stored()).to.equal(undefined);
    });

    it('renews a stale answer with new data', async () => {
      await start({ ttl: '1s', staleWhileRevalidate: '1h' });
      await app.get('/lines');
      await clock.advance(1_001);
      const refreshed = new Promise((resolve) => app.nest.get(CacheableService).on('refresh', resolve));

      expect((await app.see('/lines')).body).to.equal('Ada 1');
      await refreshed;

      expect((await app.see('/lines')).body).to.equal('Ada 2');
    });

    it('renews an answer before its end with new data', async () => {
      await start({ ttl: '10s', refreshAhead: 0.5 });
      await app.get('/lines');
      await clock.advance(6_000);
      const refreshed = new Promise((resolve) => app.nest.get(CacheableService).on('refresh', resolve));

      await app.get('/lines');
      await refreshed;

      expect((await app.see('/lines')).body).to.equal('Ada 2');
    });

    it('gives an old answer, as an old one, while the data cannot be had', async () => {
      await start({ ttl: '1s', staleIfError: '1h' });
      await app.get('/lines');
      await clock.advance(1_001);
      users.isAway = true;

      expect(await app.see('/lines')).to.deep.equal({ status: 200, body: 'Ada 1', cache: 'tiercel; fwd=stale; detail=not-renewed' });
    });

    it('loads once for all callers of the data meanwhile', async () => {
      await start();
      const gate = heldUp();
      const service = app.nest.get(UserService);
      const answer = app.see('/names');
      await reading();
      const others = [service.all(), service.all(), service.all()];
      gate.resolve();

      expect((await answer).body).to.equal('["Ada 1"]');
      expect((await Promise.all(others)).map(namesOf)).to.deep.equal([['Ada 1'], ['Ada 1'], ['Ada 1']]);
      expect([users.reads, runs.of('names')]).to.deep.equal([1, 1]);
    });
  });
}

for (const { name, compat } of alike()) {
  describe(`${name}, where a handler asks for its own key`, () => {
    @Controller()
    @UseInterceptors(compat.CacheInterceptor)
    class CompatController {
      constructor(@Inject(compat.CACHE_MANAGER) private readonly cache: Cache) {}

      @Get('users')
      @compat.CacheKey('users')
      async users(): Promise<string[]> {
        await Promise.resolve();
        return namesOf(await this.cache.wrap('users', () => users.all()));
      }
    }

    it('answers, and stores the answer', async () => {
      users = new Users();
      const app = await TestApp.start({ imports: [compat.CacheModule.register({ ttl: 60_000 })], controllers: [CompatController] });

      const bodies = [await app.body('/users'), await app.body('/users')];
      await app.close();

      expect(bodies).to.deep.equal([['Ada 1'], ['Ada 1']]);
      expect(users.reads).to.equal(1);
    });
  });
}
