import { Controller, Get, Header, HttpCode, Redirect, Res, UseInterceptors, type INestApplication } from '@nestjs/common';
import { expect } from 'chai';
import { from, of } from 'rxjs';
import { CacheableInterceptor, CacheableService } from '../../../../src/nest';
import { CacheKey, NoCache } from '../../../../src/nest/decorators/handler.decorators';
import { FakeClock } from '../../../../src/testing';
import { storedResponse, Runs, WebApp, type AnyRequest, type AnyResponse, type Platform } from '../support';

let runs = new Runs();
let failing = false;

@Controller()
@UseInterceptors(CacheableInterceptor)
class AnswersController {
  @Get('plain')
  @CacheKey('plain')
  plain() {
    return { run: runs.count('plain') };
  }

  @Get('gone')
  gone(@Res({ passthrough: true }) response: AnyResponse) {
    response.status(410).header('X-Reason', 'moved out').header('X-Cache', 'MISS').header('Connection', 'keep-alive');
    return { run: runs.count('gone') };
  }

  @Get('csv')
  csv(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Content-Type', 'text/csv');
    return `run,${runs.count('csv')}`;
  }

  @Get('static-header')
  @Header('X-Static', 'yes')
  staticHeader() {
    return { run: runs.count('static-header') };
  }

  @Get('lookalike')
  lookalike() {
    runs.count('lookalike');
    return { 'tiercel:answer': 1, body: 'forged', status: 410, headers: { 'x-forged': 'yes' } };
  }

  @Get('teapot')
  teapot(@Res({ passthrough: true }) response: AnyResponse) {
    response.status(418);
    return { run: runs.count('teapot') };
  }

  @Get('no-store')
  noStore(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Cache-Control', 'No-Store');
    return { run: runs.count('no-store') };
  }

  @Get('no-cache')
  @Header('Cache-Control', 'max-age=5, no-cache')
  noCache() {
    return { run: runs.count('no-cache') };
  }

  @Get('private')
  @Header('Cache-Control', 'private="x-a"')
  private() {
    return { run: runs.count('private') };
  }

  @Get('vary-all')
  @Header('Vary', '*')
  varyAll() {
    return { run: runs.count('vary-all') };
  }

  @Get('vary-unseen')
  @Header('Vary', 'Accept-Language')
  varyUnseen() {
    return { run: runs.count('vary-unseen') };
  }

  @Get('echoed-origin')
  echoedOrigin(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Access-Control-Allow-Origin', 'https://a.example');
    return { run: runs.count('echoed-origin') };
  }

  @Get('cookie')
  cookie(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Set-Cookie', 'a=b');
    return { run: runs.count('cookie') };
  }

  @Get('undefined')
  nothing() {
    runs.count('undefined');
    return undefined;
  }

  @Get('sent-late')
  sentLate(@Res() response: AnyResponse) {
    const run = runs.count('sent-late');
    setImmediate(() => response.send({ run }));
    return { not: 'sent' };
  }

  @Get('sent')
  sent(@Res() response: AnyResponse) {
    return response.send({ run: runs.count('sent') });
  }

  @Get('iterated')
  iterated(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Content-Type', 'text/plain');
    runs.count('iterated');
    return new Response('x').body;
  }

  @Get('many')
  many() {
    runs.count('many');
    return of(1, 2, { last: true });
  }

  @Get('later')
  later() {
    return from(Promise.resolve({ run: runs.count('later') }));
  }

  @Get('moved')
  @Redirect('https://a.example', 301)
  moved() {
    runs.count('moved');
  }

  @Get('moved-for-good')
  @Redirect()
  movedForGood() {
    return { url: `https://a.example/${runs.count('moved-for-good')}`, statusCode: 301 };
  }

  @Get('moved-now')
  @Redirect('https://a.example')
  movedNow() {
    return { url: `https://a.example/${runs.count('moved-now')}` };
  }

  @Get('empty')
  @HttpCode(204)
  empty() {
    runs.count('empty');
    return null;
  }

  @Get('left-alone')
  @NoCache()
  leftAlone() {
    return { run: runs.count('left-alone') };
  }

  @Get('flaky')
  flaky(@Res({ passthrough: true }) response: AnyResponse) {
    const run = runs.count('flaky');
    if (failing) {
      response.status(503).header('X-Failed', 'yes');
      throw new Error('broken');
    }
    response.status(404).header('X-Run', String(run));
    return { run };
  }

  @Get('renewed')
  renewed(@Res({ passthrough: true }) response: AnyResponse) {
    const run = runs.count('renewed');
    if (run === 1) response.status(404).header('X-Run', '1');
    response.header('X-Always', 'same').header('X-Now', String(run));
    return { run };
  }
}

@Controller('quiet')
@NoCache()
@UseInterceptors(CacheableInterceptor)
class QuietController {
  @Get()
  quiet() {
    return { run: runs.count('quiet') };
  }
}

/** The part of Fastify that a plugin uses. */
interface FastifyLike {
  addHook(name: 'preHandler', hook: (request: unknown, reply: Record<symbol, unknown>) => Promise<void>): void;
}

const clock = new FakeClock();
const stampRequests = (app: INestApplication): void => {
  app.use((request: AnyRequest, response: { setHeader(name: string, value: string): void }, next: () => void) => {
    response.setHeader('X-Request-Id', request.headers['x-id'] ?? 'none');
    response.setHeader('Vary', 'Origin');
    next();
  });
};

describe('CacheableInterceptor and @fastify/cookie', () => {
  it('stores nothing that comes with a cookie which the plugin will write', async () => {
    runs = new Runs();
    const app = await WebApp.start('Fastify', [AnswersController], { clock }, (nest) => {
      (nest.getHttpAdapter().getInstance() as FastifyLike).addHook('preHandler', (_request, reply) => {
        // As the plugin keeps them until it sends.
        reply[Symbol('fastify.reply.setCookies')] = new Map([['a', 'b']]);
        return Promise.resolve();
      });
    });
    await app.see('/plain');

    expect(await app.see('/plain')).to.deep.include({ body: '{"run":2}', cache: 'tiercel; fwd=miss; detail=set-cookie' });
    await app.close();
  });
});

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  describe(`CacheableInterceptor, stored responses, on ${platform}`, () => {
    let app: WebApp;

    beforeEach(async () => {
      runs = new Runs();
      failing = false;
      app = await WebApp.start(
        platform,
        [AnswersController, QuietController],
        { clock, staleWhileRevalidate: '1m', staleIfError: '1h' },
        stampRequests,
      );
    });

    afterEach(() => app.close());

    it('brings back the status and the headers that the handler set', async () => {
      const [first, second] = [await app.get('/gone'), await app.get('/gone')];

      for (const answer of [first, second]) {
        expect(answer.status).to.equal(410);
        expect(answer.headers.get('x-reason')).to.equal('moved out');
        expect(await answer.json()).to.deep.equal({ run: 1 });
      }
      expect(second.headers.get('cache-status')).to.equal('tiercel; hit; ttl=300');
    });

    it('stores no header of one connection, and none that says how the answer came about', async () => {
      await app.get('/gone');

      expect(storedResponse(app.nest.get(CacheableService), `${app.hostPrefix}GET:/gone`))
        .to.have.property('headers')
        .that.deep.equals({ 'x-reason': 'moved out' });
    });

    it('brings back the type of the content', async () => {
      const [first, second] = [await app.get('/csv'), await app.get('/csv')];

      expect(await second.text()).to.equal(await first.text());
      expect(second.headers.get('content-type')).to.equal(first.headers.get('content-type')).and.to.contain('text/csv');
      expect(runs.of('csv')).to.equal(1);
    });

    it('does not store headers that middleware sets for each request', async () => {
      const ids = [await app.get('/gone', { 'x-id': 'a' }), await app.get('/gone', { 'x-id': 'b' })].map(({ headers }) =>
        headers.get('x-request-id'),
      );

      expect(ids).to.deep.equal(['a', 'b']);
    });

    it('stores the body alone when there is nothing else to store', async () => {
      await app.get('/plain');

      expect(storedResponse(app.nest.get(CacheableService), 'plain')).to.deep.equal({ run: 1 });
    });

    it('sends the static headers of the route on a hit', async () => {
      await app.get('/static-header');

      expect((await app.get('/static-header')).headers.get('x-static')).to.equal('yes');
      expect(runs.of('static-header')).to.equal(1);
    });

    it('takes no body for an envelope', async () => {
      await app.get('/lookalike');
      const answer = await app.get('/lookalike');

      expect(runs.of('lookalike')).to.equal(1);
      expect(answer.status).to.equal(200);
      expect(answer.headers.get('x-forged')).to.equal(null);
      expect(await answer.json()).to.have.property('body', 'forged');
    });

    const reasons = {
      teapot: 'status',
      'no-store': 'cache-control',
      'no-cache': 'cache-control',
      private: 'cache-control',
      'vary-all': 'vary',
      'vary-unseen': 'vary',
      'echoed-origin': 'vary',
      cookie: 'set-cookie',
      undefined: 'no-value',
    };
    for (const [path, reason] of Object.entries(reasons)) {
      it(`does not store /${path}, and says why`, async () => {
        await app.see(`/${path}`);
        const { cache } = await app.see(`/${path}`);

        expect(runs.of(path)).to.equal(2);
        expect(cache).to.equal(`tiercel; fwd=miss; detail=${reason}`);
      });
    }

    for (const path of ['sent', 'sent-late']) {
      it(`leaves /${path} to the handler, which answers itself`, async () => {
        expect([(await app.see(`/${path}`)).body, (await app.see(`/${path}`)).body]).to.deep.equal(['{"run":1}', '{"run":2}']);
      });
    }

    it('goes past the cache for a request that says no-store', async () => {
      await app.see('/plain');

      expect(await app.see('/plain', { 'cache-control': 'no-store' })).to.deep.include({
        body: '{"run":2}',
        cache: 'tiercel; fwd=bypass; detail=no-store',
      });
      expect((await app.see('/plain')).body).to.equal('{"run":1}');
    });

    it('stores the last value of an Observable, as Nest sends it', async () => {
      expect([(await app.see('/many')).body, (await app.see('/many')).body]).to.deep.equal(['{"last":true}', '{"last":true}']);
      expect([(await app.see('/later')).body, (await app.see('/later')).body]).to.deep.equal(['{"run":1}', '{"run":1}']);
      expect(runs.of('many')).to.equal(1);
    });

    it('stores no web stream', async () => {
      await (await app.get('/iterated')).text();
      await (await app.get('/iterated')).text();

      expect(runs.of('iterated')).to.equal(2);
    });

    it('redirects on a hit, where it is for good', async () => {
      const [first, second] = [await app.get('/moved-for-good'), await app.get('/moved-for-good')];

      expect([first.status, second.status]).to.deep.equal([301, 301]);
      expect(second.headers.get('location')).to.equal('https://a.example/1');
    });

    it('runs the handler of a redirection that is for now, or that names nothing', async () => {
      await app.get('/moved-now');
      const now = await app.get('/moved-now');
      await app.get('/moved');
      const always = await app.get('/moved');

      expect([now.status, now.headers.get('location')]).to.deep.equal([302, 'https://a.example/2']);
      expect([always.status, always.headers.get('location')]).to.deep.equal([301, 'https://a.example']);
    });

    it('answers without a body on a hit', async () => {
      await app.see('/empty');

      expect(await app.see('/empty')).to.deep.equal({ status: 204, body: '', cache: 'tiercel; hit; ttl=300' });
    });

    it('ignores handlers with NoCache, and all handlers of a controller with it', async () => {
      for (const path of ['left-alone', 'quiet']) {
        await app.see(`/${path}`);
        expect(await app.see(`/${path}`)).to.deep.equal({ status: 200, body: '{"run":2}', cache: null });
      }
    });

    it('shows nothing of a handler that failed in the old answer that is given instead', async () => {
      await app.get('/flaky');
      await clock.advance(10 * 60_000);
      failing = true;
      const answer = await app.get('/flaky');

      expect(answer.status).to.equal(404);
      expect(answer.headers.get('x-failed')).to.equal(null);
      expect(answer.headers.get('x-run')).to.equal('1');
      expect(answer.headers.get('cache-status')).to.equal('tiercel; fwd=stale; detail=not-renewed');
    });

    it('says that a handler ran since the old answer was too old', async () => {
      await app.get('/plain');
      await clock.advance(10 * 60_000);

      expect((await app.see('/plain')).cache).to.equal('tiercel; fwd=stale; stored');
    });

    it('sends a stale response whole while the handler runs in the background, and then the new one without leftovers', async () => {
      const refreshed = new Promise((resolve) => app.nest.get(CacheableService).on('refresh', resolve));
      await app.get('/renewed');
      await clock.advance(5 * 60_000);
      const stale = await app.get('/renewed');
      await refreshed;
      const renewed = await app.get('/renewed');

      expect([stale.status, stale.headers.get('x-run'), stale.headers.get('cache-status')]).to.deep.equal([
        404,
        '1',
        'tiercel; hit; ttl=0; detail=stale',
      ]);
      expect([renewed.status, renewed.headers.get('x-run'), await renewed.text()]).to.deep.equal([200, null, '{"run":2}']);
      expect([renewed.headers.get('x-always'), renewed.headers.get('x-now')]).to.deep.equal(['same', '2']);
    });
  });
}
