import { All, Controller, Get, Header, NotFoundException, Post, Res, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import type { Server } from 'node:http';
import { CacheableInterceptor, CacheableService } from '../../../../src/nest';
import { CacheKey, CacheScope, CacheTTL, HttpCache } from '../../../../src/nest/decorators/handler.decorators';
import { deferred, type Deferred } from '../../../builders/deferred';
import { FakeClock } from '../../../../src/testing';
import { storedResponse, Runs, WebApp, type AnyResponse, type Platform } from '../support';

let runs = new Runs();
let gate: Deferred<unknown> | undefined;
let started = deferred();

@Controller()
@UseInterceptors(CacheableInterceptor)
@HttpCache()
class PagesController {
  @Get('page')
  page() {
    return { run: runs.count('page') };
  }

  @Get('public')
  @CacheScope('public')
  @CacheTTL('90s')
  everybodys() {
    return { run: runs.count('public') };
  }

  @Get('mine')
  @CacheScope(() => 'jane')
  mine() {
    return { run: runs.count('mine') };
  }

  @Get('users')
  @CacheScope('user')
  users() {
    return { run: runs.count('users') };
  }

  @Get('endless')
  @CacheScope('public')
  @CacheTTL('forever')
  endless() {
    return { run: runs.count('endless') };
  }

  @Get('own-words')
  @Header('Cache-Control', 'public, max-age=1')
  ownWords(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('ETag', '"mine"');
    return { run: runs.count('own-words') };
  }

  @Get('text')
  @HttpCache({ cacheControl: false })
  text() {
    return `run ${runs.count('text')}`;
  }

  @Get('silent')
  @HttpCache({ etag: false, cacheControl: false })
  silent() {
    return { run: runs.count('silent') };
  }

  @Get('uncached')
  @Header('Set-Cookie', 'a=b')
  uncached() {
    return { run: runs.count('uncached') };
  }

  @Get('varying')
  @CacheKey('varying')
  varying(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Vary', 'Accept, X-Tone');
    return { run: runs.count('varying') };
  }

  @Get('varying-error')
  varyingError(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Vary', 'Accept');
    throw new NotFoundException();
  }

  @Post('varying')
  change(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Vary', 'Accept');
    return { changed: true };
  }

  @Get('missing')
  missing(@Res({ passthrough: true }) response: AnyResponse) {
    response.status(404);
    return { run: runs.count('missing') };
  }

  @Get('keyless')
  @CacheKey(() => undefined)
  keyless() {
    return 'keyless';
  }

  @Get('misnamed')
  @CacheKey(async () => Promise.resolve('user:undefined'))
  misnamed() {
    return 'misnamed';
  }

  @All('all')
  @CacheKey('all')
  all() {
    return 'all';
  }

  @Get('keyless-public')
  @CacheKey(() => undefined)
  @CacheScope('public')
  keylessPublic() {
    return 'public';
  }

  @Get('slow')
  async slow() {
    started.resolve();
    await gate?.promise;
    return { run: runs.count('slow') };
  }
}

const clock = new FakeClock();

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  describe(`HttpCache on ${platform}`, () => {
    let app: WebApp;

    beforeEach(async () => {
      runs = new Runs();
      gate = undefined;
      started = deferred();
      app = await WebApp.start(platform, [PagesController], { clock, ttl: '1m', staleWhileRevalidate: '1m' });
    });

    afterEach(() => app.close());

    const headersOf = async (path: string, ...names: string[]) => {
      const { headers } = await app.get(path);
      return names.map((name) => headers.get(name));
    };

    it('sends the whole life of a response, and its age', async () => {
      expect(await headersOf('/public', 'cache-control', 'age')).to.deep.equal(['public, max-age=90', null]);

      await clock.advance(30_500);

      expect(await headersOf('/public', 'cache-control', 'age', 'cache-status')).to.deep.equal([
        'public, max-age=90',
        '30',
        'tiercel; hit; ttl=59',
      ]);
    });

    for (const [path, policy] of [
      ['/page', 'no-cache'],
      ['/mine', 'private, no-cache'],
    ] as const) {
      it(`makes browsers ask again for ${path}, whose reader may change, on a miss and on a hit`, async () => {
        for (const found of ['stored', 'hit']) {
          const [control, vary, status] = await headersOf(path, 'cache-control', 'vary', 'cache-status');

          expect([control, vary]).to.deep.equal([policy, 'authorization, cookie']);
          expect(status).to.contain(found);
        }
      });
    }

    it('names credentials in the Vary of answers that bypass the cache, and of no public ones', async () => {
      const headers = { cookie: 'a=b' };

      const vary = [];
      for (const path of ['/page', '/users', '/public', '/uncached']) vary.push((await app.get(path, headers)).headers.get('vary'));

      expect(vary).to.deep.equal(['authorization, cookie', 'authorization, cookie', null, 'authorization, cookie']);
    });

    it('keeps the names that a handler writes into the Vary of answers that are not stored', async () => {
      const names = async (path: string, headers: Record<string, string> = {}) => {
        const list = (await app.get(path, headers)).headers.get('vary') ?? '';
        return list.toLowerCase().split(', ').sort().join();
      };
      const credentials = { authorization: 'Bearer a' };

      expect(await names('/varying', credentials)).to.equal('accept,authorization,cookie,x-tone');
      expect(await names('/varying')).to.equal('accept,authorization,cookie,x-tone');
      expect(await names('/varying', { 'cache-control': 'no-store' })).to.equal('accept,authorization,cookie,x-tone');
      expect(await names('/varying-error', credentials)).to.equal('accept,authorization,cookie');
      expect(await names('/varying-error')).to.equal('accept,authorization,cookie');
      const posted = await app.post('/varying');
      expect(posted.headers.get('vary')?.toLowerCase()).to.equal('accept, authorization, cookie');
    });

    it('names credentials in the Vary of answers without a key, and of no public ones', async () => {
      const answers = [await app.get('/keyless'), await app.get('/misnamed'), await app.post('/all'), await app.get('/keyless-public')];

      const names = 'authorization, cookie';
      expect(answers.map(({ headers }) => headers.get('vary'))).to.deep.equal([names, names, names, null]);
    });

    it('sends a year for an entry without an end', async () => {
      await app.get('/endless');

      expect(await headersOf('/endless', 'cache-control', 'cache-status')).to.deep.equal(['public, max-age=31536000', 'tiercel; hit']);
    });

    it('sends an expired life with a stale response', async () => {
      await app.get('/public');
      await clock.advance(100_000);

      expect(await headersOf('/public', 'cache-control', 'age')).to.deep.equal(['public, max-age=100', '100']);
    });

    it('refreshes in the background a response that had a lifetime', async () => {
      const refreshed = new Promise((resolve) => app.nest.get(CacheableService).on('refresh', resolve));
      await app.get('/page');
      await clock.advance(70_000);
      await app.get('/page');
      await refreshed;

      expect((await app.see('/page')).body).to.equal('{"run":2}');
    });

    it('leaves the handler its own words', async () => {
      for (const answer of [await app.get('/own-words'), await app.get('/own-words')]) {
        expect(answer.headers.get('cache-control')).to.equal('public, max-age=1');
        expect(answer.headers.get('etag')).to.equal('"mine"');
      }
      expect((await app.get('/own-words', { 'if-none-match': 'W/"mine"' })).status).to.equal(304);
    });

    it('sends no lifetime with a response that is not stored, or bypasses the cache', async () => {
      for (const answer of [await app.get('/uncached'), await app.get('/page', { cookie: 'a=b' })]) {
        expect(answer.headers.get('cache-control')).to.equal(null);
        expect(answer.headers.get('age')).to.equal(null);
      }
    });

    for (const path of ['/page', '/text']) {
      it(`answers ${path} with 304 and no body to a client with the tag, on a hit and on a miss`, async () => {
        const tag = (await app.get(path)).headers.get('etag') ?? '';
        const hit = await app.get(path, { 'if-none-match': `"other", ${tag}` });
        await app.nest.get(CacheableService).clear();
        runs = new Runs();
        const miss = await app.get(path, { 'if-none-match': tag });

        expect(tag).to.match(/^W\/".+"$/);
        for (const answer of [hit, miss]) {
          expect(answer.status).to.equal(304);
          expect(answer.headers.get('etag')).to.equal(tag);
          expect(await answer.text()).to.equal('');
        }
        expect(hit.headers.get('cache-status')).to.contain('hit');
        expect(miss.headers.get('cache-status')).to.equal('tiercel; fwd=miss; stored');
      });
    }

    it('sends the whole response to a client with another tag', async () => {
      await app.get('/page');

      expect(await app.see('/page', { 'if-none-match': 'W/"other"' })).to.deep.include({ status: 200, body: '{"run":1}' });
    });

    it('stores a whole response also when the first client had it already', async () => {
      const tag = (await app.get('/page')).headers.get('etag') ?? '';
      await app.nest.get(CacheableService).clear();
      runs = new Runs();
      await app.get('/page', { 'if-none-match': tag });

      expect(await app.see('/page')).to.deep.include({ status: 200, body: '{"run":1}' });
    });

    it('keeps the status of a 404, with any tag', async () => {
      const tag = (await app.get('/missing')).headers.get('etag') ?? 'none';

      expect((await app.get('/missing', { 'if-none-match': tag })).status).to.equal(404);
    });

    it('sends no headers that are switched off', async () => {
      await app.get('/silent');

      expect(await headersOf('/silent', 'cache-control', 'age')).to.deep.equal([null, null]);
      expect(storedResponse(app.nest.get(CacheableService), `${app.hostPrefix}GET:/silent`)).to.deep.equal({ run: 1 });
    });

    it('marks a call that joined a load', async () => {
      gate = deferred();
      const first = app.get('/slow');
      await started.promise;
      (app.nest.getHttpServer() as Server).once('request', () => setImmediate(() => gate?.resolve(undefined)));
      const statuses = (await Promise.all([first, app.get('/slow')])).map(({ headers }) => headers.get('cache-status'));

      expect(statuses).to.have.members(['tiercel; fwd=miss; stored', 'tiercel; fwd=miss; collapsed']);
      expect(runs.of('slow')).to.equal(1);
    });

    it('says when the answer was invalidated while it was made', async () => {
      gate = deferred();
      const answer = app.get('/slow');
      await started.promise;
      await app.nest.get(CacheableService).del(`${app.hostPrefix}GET:/slow`);
      gate.resolve(undefined);

      expect((await answer).headers.get('cache-status')).to.equal('tiercel; fwd=miss; detail=invalidated');
    });

    it('stores the result of a handler that a stale response did not wait for', async () => {
      const impatient = await WebApp.start(platform, [PagesController], { clock, ttl: '1m', staleIfError: '1h', softTimeout: 100 });
      await impatient.get('/slow');
      await clock.advance(70_000);
      gate = deferred();
      started = deferred();
      const loaded = new Promise((resolve) => impatient.nest.get(CacheableService).on('load', resolve));
      const old = impatient.see('/slow');
      await started.promise;
      await clock.advance(100);

      expect(await old).to.deep.include({ status: 200, body: '{"run":1}', cache: 'tiercel; fwd=stale; detail=not-renewed' });
      gate.resolve(undefined);
      await loaded;
      expect((await impatient.see('/slow')).body).to.equal('{"run":2}');
      await impatient.close();
    });

    it('says when the cache is closed', async () => {
      await app.nest.get(CacheableService).close();

      expect((await app.see('/page')).cache).to.equal('tiercel; fwd=miss; detail=closed');
    });
  });
}
