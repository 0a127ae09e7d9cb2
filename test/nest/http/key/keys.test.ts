import { Body, Controller, Get, Headers, Post, UseInterceptors, Version, VersioningType, type INestApplication } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor, CacheableService } from '../../../../src/nest';
import { CacheKey, CacheVary } from '../../../../src/nest/decorators/handler.decorators';
import { rejectionOf } from '../../../builders/rejection-of';
import { storedResponse, Runs, WebApp, type Platform } from '../support';

let runs = new Runs();

@Controller()
@UseInterceptors(CacheableInterceptor)
class KeysController {
  @Post('search')
  @CacheKey('search')
  search(@Body() body: unknown) {
    return { run: runs.count('search'), body };
  }

  @Post('decided')
  @CacheKey(() => 'decided')
  decided(@Body() body: unknown) {
    return { run: runs.count('decided'), body };
  }

  @Get('fixed')
  @CacheKey('fixed')
  fixed() {
    return { run: runs.count('fixed') };
  }

  @Get('unnamed')
  @CacheKey(() => undefined)
  unnamed() {
    return { run: runs.count('unnamed') };
  }

  @Get('greeting')
  @CacheVary('Accept-Language', 'X-Tone')
  greeting(@Headers('accept-language') language = 'none') {
    return { run: runs.count('greeting'), language };
  }
}

@Controller('users')
@CacheKey('users')
@UseInterceptors(CacheableInterceptor)
class UsersController {
  @Get()
  @CacheKey('list')
  list() {
    return { run: runs.count('list') };
  }

  @Get('one')
  one() {
    return { run: runs.count('one') };
  }

  @Post()
  add() {
    return { run: runs.count('add') };
  }
}

@Controller('versions')
@UseInterceptors(CacheableInterceptor)
class VersionsController {
  @Get()
  @Version('1')
  first() {
    return { version: 'first' };
  }

  @Get()
  @Version('2')
  second() {
    return { version: 'second' };
  }

  @Get('several')
  @Version(['1', '2'])
  several(@Headers('x-version') header = '', @Headers('accept') accept = '') {
    return { asked: header || accept };
  }

  @Get('default')
  byDefault() {
    return { run: runs.count('default') };
  }
}

const versionings: Record<string, { configure: (app: INestApplication) => void; asking: (version: string) => Record<string, string> }> = {
  header: {
    configure: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version', defaultVersion: ['1', '2'] }),
    asking: (version) => ({ 'x-version': version }),
  },
  'media-type': {
    configure: (app) => app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: ['1', '2'] }),
    asking: (version) => ({ accept: `application/json;v=${version}` }),
  },
  custom: {
    configure: (app) =>
      app.enableVersioning({
        type: VersioningType.CUSTOM,
        defaultVersion: ['1', '2'],
        extractor: (request: unknown) => (request as { headers: Record<string, string> }).headers['x-version'] ?? '',
      }),
    asking: (version) => ({ 'x-version': version }),
  },
};

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  describe(`CacheableInterceptor, keys, on ${platform}`, () => {
    let app: WebApp;
    let cache: CacheableService;

    beforeEach(async () => {
      runs = new Runs();
      app = await WebApp.start(platform, [KeysController, UsersController]);
      cache = app.nest.get(CacheableService);
    });

    afterEach(() => app.close());

    it('keeps requests with different bodies apart, in whatever order their fields come', async () => {
      const ask = async (body: unknown): Promise<unknown> => (await app.post('/search', body)).json();

      expect(await ask({ q: 'a', page: 1 })).to.have.property('run', 1);
      expect(await ask({ page: 1, q: 'a' })).to.have.property('run', 1);
      expect(await ask({ q: 'b', page: 1 })).to.have.property('run', 2);
      expect(await ask({ q: 'a', page: '1' })).to.have.property('run', 3);
    });

    it('leaves the key of a request with no body as it is', async () => {
      await app.post('/search');
      await app.post('/search', {});

      expect(storedResponse(cache, 'search')).to.deep.include({ run: 1 });
      expect(runs.of('search')).to.equal(1);
    });

    it('keeps the status of a POST on a hit', async () => {
      expect([(await app.post('/search', { q: 1 })).status, (await app.post('/search', { q: 1 })).status]).to.deep.equal([201, 201]);
      expect(runs.of('search')).to.equal(1);
    });

    it('adds no body to the result of a key function', async () => {
      await app.post('/decided', { q: 'a' });
      await app.post('/decided', { q: 'b' });

      expect(runs.of('decided')).to.equal(1);
      expect(storedResponse(cache, 'decided')).to.deep.include({ run: 1 });
    });

    it('takes the fixed key of a GET alone', async () => {
      await app.see('/fixed?a=1');
      await app.see('/fixed?a=2');

      expect(storedResponse(cache, 'fixed')).to.deep.equal({ run: 1 });
      expect(runs.of('fixed')).to.equal(1);
    });

    it('does not cache a call without a result of the key function', async () => {
      await app.see('/unnamed');

      expect(await app.see('/unnamed')).to.deep.equal({ status: 200, body: '{"run":2}', cache: null });
    });

    it('puts the key of the controller in front of those of its handlers', async () => {
      await app.see('/users');
      await app.see('/users/one?b=2&a=1');

      expect(storedResponse(cache, 'users:list')).to.deep.equal({ run: 1 });
      expect(storedResponse(cache, `${app.hostPrefix}users:GET:/users/one?a=1&b=2`)).to.deep.equal({ run: 1 });
    });

    it('caches nothing more since the controller has a key', async () => {
      await app.post('/users');
      await app.post('/users');

      expect(runs.of('add')).to.equal(2);
    });

    it('keeps an entry for each value of the headers that the route names, and says so', async () => {
      const german = await app.see('/greeting', { 'accept-language': 'de, en' });
      const spaced = await app.see('/greeting', { 'accept-language': 'de,en' });
      const french = await app.get('/greeting', { 'accept-language': 'fr' });
      const rude = await app.see('/greeting', { 'accept-language': 'fr', 'x-tone': 'rude' });

      expect(spaced.body).to.equal(german.body);
      expect(await french.json()).to.deep.equal({ run: 2, language: 'fr' });
      expect(JSON.parse(rude.body)).to.have.property('run', 3);
      expect(french.headers.get('vary')).to.equal('accept-language, x-tone');
    });

    it('names in Vary the inputs of a hit, and of a response that bypasses the cache', async () => {
      await app.get('/greeting');

      expect((await app.get('/greeting')).headers.get('vary')).to.equal('accept-language, x-tone');
      expect((await app.get('/greeting', { cookie: 'a=b' })).headers.get('vary')).to.equal('accept-language, x-tone');
    });

    it('takes no header for another', async () => {
      await app.see('/greeting', { 'accept-language': 'de;h.x-tone=rude' });

      expect((await app.see('/greeting', { 'accept-language': 'de', 'x-tone': 'rude' })).body).to.contain('"run":2');
    });
  });

  for (const [kind, { configure, asking }] of Object.entries(versionings)) {
    describe(`CacheableInterceptor with ${kind} versioning on ${platform}`, () => {
      let app: WebApp;

      beforeEach(async () => {
        runs = new Runs();
        app = await WebApp.start(platform, [VersionsController], {}, configure);
      });

      afterEach(() => app.close());

      it('gives no version the answer of another', async () => {
        const bodies: string[] = [];
        for (const version of ['1', '2', '1', '2']) bodies.push((await app.see('/versions', asking(version))).body);

        expect(bodies).to.deep.equal(['{"version":"first"}', '{"version":"second"}', '{"version":"first"}', '{"version":"second"}']);
      });

      it('keeps the versions of one handler apart', async () => {
        const [first, second, again] = [
          await app.see('/versions/several', asking('1')),
          await app.see('/versions/several', asking('2')),
          await app.see('/versions/several', asking('1')),
        ];

        expect(first.body).to.equal(again.body).and.not.to.equal(second.body);
        expect(again.cache).to.contain('hit');
      });

      it('keeps those versions apart that a handler has by default', async () => {
        await app.see('/versions/default', asking('1'));

        expect((await app.see('/versions/default', asking('2'))).body).to.equal('{"run":2}');
      });
    });
  }
}

describe('CacheVary', () => {
  for (const header of ['Authorization', 'cookie', '*', 'two words']) {
    it(`refuses ${header}`, async () => {
      expect(await rejectionOf(Promise.resolve().then(() => CacheVary(header)))).to.have.property('code', 'CACHE_OPTION_INVALID');
    });
  }
});
