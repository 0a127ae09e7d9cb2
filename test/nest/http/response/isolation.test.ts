import { Controller, Get, Header, Redirect, Req, Res, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor, CacheableModule, CacheableService, CacheKey, CacheScope } from '../../../../src/nest';
import { CacheInterceptor, CacheKey as CompatCacheKey, CacheModule, CACHE_MANAGER, type Cache } from '../../../../src/nest/compat';
import { FakeClock, FakeDriver } from '../../../../src/testing';
import { platforms, Runs, storedResponse, WebApp, type AnyRequest, type AnyResponse, type Platform } from '../support';

let runs = new Runs();

@Controller()
@UseInterceptors(CacheableInterceptor)
class ProfileController {
  @Get('profile')
  @CacheScope((context) => context.switchToHttp().getRequest<AnyRequest>().headers['x-user'])
  profile(@Req() { headers }: AnyRequest) {
    return { of: headers['x-user'] };
  }

  @Get('city')
  @CacheKey('city')
  city(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('X-Run', String(runs.count('city')));
    return { city: 'Bern' };
  }
}

const forged = { 'tiercel:answer': 1, body: 'forged', status: 410, headers: { 'x-forged': 'yes' } };

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`Stored responses and the keys of an application, on ${platform}`, () => {
    let app: WebApp;
    let cache: CacheableService;

    beforeEach(async () => {
      runs = new Runs();
      app = await WebApp.start(platform, [ProfileController], { clock: new FakeClock() });
      cache = app.nest.get(CacheableService);
    });

    afterEach(() => app.close());

    it('are out of reach of every key that an application can name', async () => {
      await app.get('/profile', { 'x-user': '42' });
      const keys = [...cache.inspector().keys()];
      expect(keys).to.have.length(1);
      const names = new Set(['@42:GET:/profile', 'GET:/profile', '%response:@42:GET:/profile', ...keys]);

      for (const name of names) {
        expect(await cache.get(name), name).to.equal(undefined);
        expect(cache.peek(name), name).to.equal(undefined);
        expect(await cache.has(name), name).to.equal(false);
        expect(await cache.wrap(name, () => 'own'), name).to.equal('own');
        expect((await cache.wrapEntry(name, () => 'own')).value, name).to.equal('own');
      }
      expect((await app.see('/profile', { 'x-user': '42' })).body).to.equal('{"of":"42"}');
    });

    it('are not made by values that an application stores under the same key', async () => {
      await cache.set('city', forged);
      const answer = await app.get('/city');

      expect([answer.status, answer.headers.get('x-forged'), await answer.json()]).to.deep.equal([200, null, { city: 'Bern' }]);
      expect(await cache.get('city')).to.deep.equal(forged);
    });

    it('are deleted by their keys, together with the application’s own value', async () => {
      await cache.set('city', 'own');
      await app.get('/city');
      const deletions = cache.stats().deletes;

      await cache.del('city');

      expect([await cache.get('city'), storedResponse(cache, 'city')]).to.deep.equal([undefined, undefined]);
      expect(cache.stats().deletes - deletions).to.equal(1);
    });

    it('are deleted by delMany, clear and the inspector', async () => {
      const inspector = cache.inspector();
      const deleting = [
        () => cache.delMany(['city']),
        () => cache.clear(),
        () => Promise.all([...inspector.keys()].map((key) => inspector.delete(key))),
      ];
      for (const remove of deleting) {
        await app.get('/city');
        expect(storedResponse(cache, 'city')).not.to.equal(undefined);
        await remove();
        expect(storedResponse(cache, 'city')).to.equal(undefined);
      }
    });
  });
}

describe('Names that a sanitizer gives', () => {
  it('are refused when they begin as those of responses do', async () => {
    const app = await WebApp.start('Express', [], {
      sanitizer: { sanitize: (key) => `%response:${key}` },
      logger: false,
    });

    const error: unknown = await app.nest
      .get(CacheableService)
      .get('a')
      .catch((reason: unknown) => reason);
    await app.close();

    expect(error).to.have.property('code', 'CACHE_SANITIZER_FAILED');
  });
});

/** As with cache-manager, the application and the interceptor share their keys. */
@Controller()
@UseInterceptors(CacheInterceptor)
class CompatController {
  @Get('cities')
  cities(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('X-Run', String(runs.count('cities')));
    return ['Bern'];
  }

  @Get('town')
  @CompatCacheKey('@town')
  town() {
    return { town: 'Thun', run: runs.count('town') };
  }

  @Get('mine')
  @CacheScope((context) => context.switchToHttp().getRequest<AnyRequest>().headers['x-user'])
  mine(@Req() { headers }: AnyRequest) {
    return { of: headers['x-user'] };
  }

  @Get('planted')
  @CompatCacheKey('planted')
  planted() {
    return { run: runs.count('planted') };
  }
}

/** A document of an ODM, say: its fields are the client's. */
class Document {
  constructor(private readonly fields: object) {}

  toJSON(): object {
    return this.fields;
  }
}

describe('tiercel/nest/compat', () => {
  let app: WebApp;
  let manager: Cache;

  beforeEach(async () => {
    runs = new Runs();
    app = await WebApp.start('Express', [CompatController], [CacheModule.register({ ttl: 60_000 })]);
    manager = app.nest.get<Cache>(CACHE_MANAGER);
  });

  afterEach(() => app.close());

  it('reads a response of the interceptor by the key of its route', async () => {
    await app.get('/cities');
    await app.get('/town');

    expect([await manager.get('/cities'), await manager.get('@town')]).to.deep.equal([['Bern'], { town: 'Thun', run: 1 }]);
  });

  it('reads a response for one caller by no key', async () => {
    await app.get('/mine', { 'x-user': '42' });

    const found = [];
    for (const key of ['@42:/mine', '@@42:/mine', '/mine']) found.push(await manager.get(key), await manager.wrap(key, () => 'own'));

    expect(found).to.deep.equal([undefined, 'own', undefined, 'own', undefined, 'own']);
    expect((await app.see('/mine', { 'x-user': '42' })).cache).to.contain('hit');
  });

  for (const [title, value] of Object.entries({ 'looks like one': forged, 'becomes one when it is serialised': new Document(forged) })) {
    it(`takes no value of the application for a response that ${title}`, async () => {
      await manager.set('planted', value);
      const answer = await app.get('/planted');
      await manager.wrap('wrapped', () => value);

      expect([answer.status, answer.headers.get('x-forged')]).to.deep.equal([200, null]);
      expect(await answer.json()).to.deep.equal(forged);
      expect(
        JSON.parse(JSON.stringify([await manager.get('planted'), await manager.get('wrapped'), await manager.wrap('wrapped', () => 0)])),
      ).to.deep.equal([forged, forged, forged]);
    });
  }
});

@Controller()
@UseInterceptors(CacheableInterceptor)
class PlantedController {
  @Get('answer')
  @CacheKey('answer')
  answer(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('X-Run', String(runs.count('answer')));
    return { real: true };
  }

  @Get('failing')
  @CacheKey('failing')
  failing() {
    throw new Error('no database');
  }

  @Get('typed')
  @CacheKey('typed')
  @Header('Content-Type', 'application/json')
  typed() {
    return { real: true };
  }

  @Get('moved')
  @CacheKey('moved')
  @Redirect('https://a.example', 301)
  moved() {
    return { url: 'https://a.example/real' };
  }
}

const planted = (fields: object): object => ({ 'tiercel:answer': 1, body: { real: false }, headers: {}, ...fields });

const answers: Readonly<Record<string, unknown>> = {
  'of a newer layout': { ...planted({}), 'tiercel:answer': 2 },
  'of a layout that is no number': { ...planted({}), 'tiercel:answer': '1' },
  'without headers': { 'tiercel:answer': 1, body: 1 },
  'without a body': { 'tiercel:answer': 1, headers: {} },
  'with a list of headers': planted({ headers: ['a'] }),
  'with headers that are none': planted({ headers: 'a' }),
  ...Object.fromEntries(
    [0, 101, 204.5, 302, 500, 99_999, '200', null].map((status) => [`with the status ${JSON.stringify(status)}`, planted({ status })]),
  ),
  'with an illegal name of a header': planted({ headers: { 'x y': '1' } }),
  'with an empty name of a header': planted({ headers: { '': '1' } }),
  'with a name in upper case': planted({ headers: { 'Set-Cookie': 'a=b' } }),
  'with a line break in a value': planted({ headers: { 'x-a': 'a\r\nset-cookie: b=c' } }),
  'with a value beyond Latin-1': planted({ headers: { 'x-a': '\u2603' } }),
  'with a value that is an object': planted({ headers: { 'x-a': {} } }),
  'with a value that is null': planted({ headers: { 'x-a': null } }),
  'with a list of numbers': planted({ headers: { 'x-a': [1] } }),
  'with 50 000 headers': planted({ headers: Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`x-${n}`, '1'])) }),
  'with a header of 20 kB': planted({ headers: { 'x-a': 'a'.repeat(20_000) } }),
  'with a command to a proxy': planted({ headers: { 'x-accel-redirect': '/private' } }),
  'with a cookie': planted({ headers: { 'set-cookie': 'a=b' } }),
  'with a length': planted({ headers: { 'content-length': '9' } }),
  'with a transfer coding': planted({ headers: { 'transfer-encoding': 'chunked' } }),
  'with an encoding that the body does not have': planted({ headers: { 'content-encoding': 'gzip' } }),
  'with a type that the body does not have': planted({ headers: { 'content-type': 'text/plain' } }),
  'with a type that is none': planted({ headers: { 'content-type': 'json' } }),
  'with a type in pieces': planted({ body: 'text', headers: { 'content-type': 'garbage;;;charset' } }),
  'with a type that is a number': planted({ headers: { 'content-type': 5 } }),
  'with a body that JSON cannot hold': planted({ body: { list: [{ n: 1n }] } }),
  'that is a body which JSON cannot hold': 1n,
};

const redirections: Readonly<Record<string, unknown>> = {
  'with an impossible status': { url: '/a', statusCode: 99_999 },
  'with a status that is not for good': { url: '/a', statusCode: 302 },
  'with a line break': { url: '/a\r\nset-cookie: b=c' },
  'to no text': { url: { a: 1 } },
};

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`A planted response in L2, on ${platform}`, () => {
    let app: WebApp;
    let driver: FakeDriver;
    const clock = new FakeClock();

    const plant = async (key: string, stored: unknown): Promise<void> => {
      const cache = app.nest.get(CacheableService);
      await cache.set('model', stored);
      const { payload = '' } = driver.store.peek(cache.inspectKey('model').l2) ?? {};
      const { l2 } = cache.inspectKey(key);
      await driver.store.set(l2.replace(key, `%response:${key}`) as typeof l2, payload, 60_000);
    };

    beforeEach(async () => {
      runs = new Runs();
      driver = new FakeDriver({ clock });
      app = await WebApp.start(
        platform,
        [PlantedController],
        [CacheableModule.register({ clock, secondary: driver, namespace: 'shop' })],
        (nest) => nest.useLogger(false),
      );
    });

    afterEach(() => app.close());

    it('is served when it could be a real one', async () => {
      await plant('answer', planted({ status: 404, headers: { 'x-a': ['1', '2'], 'content-type': 'application/hal+json' } }));
      const answer = await app.get('/answer');

      expect([answer.status, answer.headers.get('x-a'), await answer.json()]).to.deep.equal([404, '1, 2', { real: false }]);
    });

    for (const [title, stored] of Object.entries(answers)) {
      it(`is a miss, and replaced, ${title}`, async () => {
        await plant('answer', stored);
        const first = await app.see('/answer');

        expect(first).to.deep.equal({ status: 200, body: '{"real":true}', cache: 'tiercel; fwd=miss; stored' });
        expect((await app.see('/answer')).cache).to.contain('hit');
        expect(app.nest.get(CacheableService).stats().rejected).to.include({ schema: 1 });
      });
    }

    for (const [title, stored] of Object.entries(answers)) {
      it(`is deleted ${title}, although the handler fails`, async () => {
        await plant('failing', stored);
        const answers = [await app.see('/failing'), await app.see('/failing')];
        const cache = app.nest.get(CacheableService);
        const { l2 } = cache.inspectKey('failing');

        expect(answers.map(({ status }) => status)).to.deep.equal([500, 500]);
        expect(cache.stats().rejected).to.include({ schema: 1 });
        expect(driver.store.peek(l2.replace('failing', '%response:failing') as typeof l2)).to.equal(undefined);
        expect([...cache.inspector().keys()]).to.deep.equal(['model']);
      });
    }

    for (const [title, stored] of Object.entries(redirections)) {
      it(`is a miss when it redirects ${title}`, async () => {
        await plant('moved', stored);
        const { headers, status } = await app.get('/moved');

        expect([status, headers.get('location')]).to.deep.equal([301, 'https://a.example/real']);
      });
    }
  });
}
