import { Controller, Get, Query, Res, UseInterceptors, type INestApplication } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor, CacheScope, HttpCache } from '../../../../src/nest';
import { directivesOf, statedLifetimeMs } from '../../../../src/nest/http/response/cache-control-header';
import { FakeClock } from '../../../../src/testing';
import { platforms, Runs, WebApp, type AnyResponse, type Platform } from '../support';

let runs = new Runs();

@Controller()
@UseInterceptors(CacheableInterceptor)
class HeadersController {
  @Get('answer')
  answer(@Query() headers: Record<string, string>, @Res({ passthrough: true }) response: AnyResponse) {
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    return { run: runs.count('answer') };
  }

  @Get('aged')
  @HttpCache()
  @CacheScope('public')
  aged(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Age', '20');
    return { run: runs.count('aged') };
  }
}

const path = (headers: Record<string, string>): string => `/answer?${new URLSearchParams(headers).toString()}`;

const inThePast = new Date(Date.now() - 60_000).toUTCString();

describe('Cache-Control', () => {
  it('is read by the names of its directives', () => {
    const parsed = directivesOf('max-age=5, x-no-store="private, no-cache", PRIVATE="set-cookie", s-maxage="7", , stale-if-error = 9');

    expect([...parsed]).to.deep.equal([
      ['max-age', '5'],
      ['x-no-store', 'private, no-cache'],
      ['private', 'set-cookie'],
      ['s-maxage', '7'],
      ['stale-if-error', '9'],
    ]);
  });

  it('states the lifetime of a response, of which its age is over', () => {
    const stated = (headers: Record<string, string>): number | undefined => statedLifetimeMs({ status: 200, headers });
    const date = 'Mon, 30 Nov 2026 00:00:00 GMT';

    expect([
      stated({}),
      stated({ 'cache-control': 'public' }),
      stated({ 'cache-control': 'max-age=60' }),
      stated({ 'cache-control': 'max-age=60, s-maxage=10' }),
      stated({ 'cache-control': 'max-age=60, max-age=5' }),
      stated({ 'cache-control': 'max-age=soon' }),
      stated({ 'cache-control': 'max-age=60', age: '45' }),
      stated({ expires: '0' }),
      stated({ date, expires: 'Mon, 30 Nov 2026 00:00:30 GMT' }),
      stated({ date, expires: 'Mon, 30 Nov 2026 00:00:30 GMT', 'cache-control': 'max-age=1' }),
    ]).to.deep.equal([undefined, undefined, 60_000, 10_000, 5_000, 0, 15_000, 0, 30_000, 1_000]);
  });
});

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`The lifetime that a response states, on ${platform}`, () => {
    let app: WebApp;
    let clock: FakeClock;

    const start = async (configure?: (nest: INestApplication) => void): Promise<void> => {
      app = await WebApp.start(platform, [HeadersController], { clock, ttl: '5m', staleWhileRevalidate: '1h' }, configure);
    };

    beforeEach(() => {
      runs = new Runs();
      clock = new FakeClock();
    });

    afterEach(() => app.close());

    const notStored: Readonly<Record<string, readonly [Record<string, string>, string]>> = {
      'is stale at once': [{ 'cache-control': 'public, max-age=0' }, 'cache-control'],
      'is stale at once for shared caches': [{ 'cache-control': 'max-age=60, s-maxage=0' }, 'cache-control'],
      'is older than its lifetime': [{ 'cache-control': 'max-age=30', age: '31' }, 'cache-control'],
      'has expired': [{ expires: inThePast }, 'cache-control'],
      'expires at no time': [{ expires: '0' }, 'cache-control'],
      'carries a nonce in its policy': [{ 'content-security-policy': "script-src 'nonce-abc'" }, 'csp-nonce'],
      'carries a nonce in a policy that is only reported': [
        { 'content-security-policy-report-only': "script-src 'nonce-abc'" },
        'csp-nonce',
      ],
      'hands out a token': [{ 'x-csrf-token': 'abc' }, 'x-csrf-token'],
      'hands out a nonce': [{ 'x-nonce': 'abc' }, 'x-nonce'],
      'hands out the next nonce': [{ 'replay-nonce': 'abc' }, 'replay-nonce'],
      'hands out a JWT': [{ 'x-jwt': 'abc' }, 'x-jwt'],
      'hands out a refresh token': [{ 'X-Refresh-Token': 'abc' }, 'x-refresh-token'],
      'hands out an access token': [{ 'x-accesstoken': 'abc' }, 'x-accesstoken'],
      'hands out a key': [{ 'x-api-key': 'abc' }, 'x-api-key'],
      'hands out a password': [{ 'x-one-time-password': 'abc' }, 'x-one-time-password'],
      'names a session': [{ 'x-session-id': 'abc' }, 'x-session-id'],
      'has credentials': [{ authorization: 'Bearer a' }, 'authorization'],
      'has credentials under another name': [{ 'x-amzn-remapped-authorization': 'Bearer a' }, 'x-amzn-remapped-authorization'],
      'sets an old cookie': [{ 'set-cookie2': 'a=b' }, 'set-cookie2'],
      'sets a cookie by a proxy': [{ 'x-set-cookie': 'a=b' }, 'x-set-cookie'],
      'carries a nonce in a link': [{ link: '</a.js>; rel=preload; as=script; nonce=abc' }, 'csp-nonce'],
      'carries a nonce in a quoted link': [{ link: '</b.css>; rel=preload, </a.js>; rel=preload; Nonce="abc"' }, 'csp-nonce'],
      'is not for caches of a CDN': [{ 'cdn-cache-control': 'no-store' }, 'cache-control'],
      'is private for one CDN': [{ 'cloudflare-cdn-cache-control': 'Private', 'cache-control': 'max-age=60' }, 'cache-control'],
      'is stale at once for a CDN': [{ 'vercel-cdn-cache-control': 'max-age=0' }, 'cache-control'],
      'is not for surrogates': [{ 'surrogate-control': 'no-store, content="ESI/1.0"' }, 'cache-control'],
      'is not for distant surrogates': [{ 'surrogate-control': 'no-store-remote' }, 'cache-control'],
      'is not for the edge': [{ 'edge-control': 'no-store' }, 'cache-control'],
      'is not for old caches': [{ pragma: 'no-cache' }, 'cache-control'],
      'clears data of its reader': [{ 'clear-site-data': '"cookies"' }, 'clear-site-data'],
      'commands a proxy': [{ 'x-accel-redirect': '/private/file' }, 'x-accel-redirect'],
      'commands LiteSpeed': [{ 'x-litespeed-location': '/private/file' }, 'x-litespeed-location'],
      'commands mod_zip': [{ 'x-archive-files': 'zip' }, 'x-archive-files'],
      'is encoded by its handler': [{ 'content-encoding': 'gzip', 'content-type': 'application/json' }, 'headers'],
    };
    for (const [title, [headers, detail]] of Object.entries(notStored)) {
      if (platform === 'Fastify' && title === 'is encoded by its handler') continue;
      it(`is not stored when it ${title}`, async () => {
        await start();
        await (await app.get(path(headers))).text().catch(() => undefined);
        const second = await app.get(path(headers));

        expect(second.headers.get('cache-status')).to.equal(`tiercel; fwd=miss; detail=${detail}`);
        expect(runs.of('answer')).to.equal(2);
      });
    }

    it('is stored whatever an unknown directive looks like', async () => {
      await start();
      const headers = { 'cache-control': 'max-age=60, x-no-store, x-hint="private, no-cache"' };
      await app.get(path(headers));

      expect((await app.see(path(headers))).cache).to.equal('tiercel; hit; ttl=60');
    });

    const stored: Readonly<Record<string, Record<string, string>>> = {
      'allows a CDN to store it': { 'cdn-cache-control': 'max-age=60', 'surrogate-control': 'max-age=30+60, content="ESI/1.0"' },
      'allows to store it, whatever is said to old caches': { 'cache-control': 'max-age=60', pragma: 'no-cache' },
      'counts tokens, and allows credentials': { 'x-total-tokens': '7', 'access-control-allow-credentials': 'true' },
      'has a link without a nonce': { link: '</nonce.js>; rel=preload; as=script' },
      'has other words with such parts': { 'x-keyboard': 'a', 'x-author': 'a', 'x-tokenizer': 'a', 'surrogate-key': 'a' },
    };
    for (const [title, headers] of Object.entries(stored)) {
      it(`is stored when it ${title}`, async () => {
        await start();
        await app.get(path(headers));
        const hit = await app.get(path(headers));

        expect(hit.headers.get('cache-status')).to.contain('hit');
        for (const [name, value] of Object.entries(headers)) expect(hit.headers.get(name), name).to.equal(value);
      });
    }

    it('bounds the ttl, and does not lengthen it', async () => {
      await start();
      const ttls = [];
      for (const control of ['max-age=90', 'max-age=90, s-maxage=20', 'max-age=9999']) {
        await app.get(path({ 'cache-control': control }));
        ttls.push((await app.see(path({ 'cache-control': control }))).cache);
      }

      expect(ttls).to.deep.equal(['tiercel; hit; ttl=90', 'tiercel; hit; ttl=20', 'tiercel; hit; ttl=300']);
    });

    for (const control of ['max-age=60, must-revalidate', 'max-age=60, proxy-revalidate']) {
      it(`is never served stale when it says ${control}`, async () => {
        await start();
        await app.get(path({ 'cache-control': control }));
        await clock.advance(61_000);

        expect(await app.see(path({ 'cache-control': control }))).to.deep.include({
          body: '{"run":2}',
          cache: 'tiercel; fwd=miss; stored',
        });
      });
    }

    it('counts the age that the handler gave its answer', async () => {
      await start();
      await app.get('/aged');
      await clock.advance(5_000);
      const { headers } = await app.get('/aged');

      expect([headers.get('age'), headers.get('cache-control')]).to.deep.equal(['25', 'public, max-age=320']);
    });

    it('is replayed without the names and measures of one request', async () => {
      await start();
      const ofOneRequest = {
        'x-request-id': 'abc',
        'X-Correlation-Id': 'abc',
        'x-transaction-id': 'abc',
        'x-vendor-request-id': 'abc',
        'cf-ray': 'abc-VIE',
        traceparent: '00-abc-def-01',
        'server-timing': 'db;dur=53',
        'retry-after': '120',
        'x-ratelimit-remaining': '1',
        'RateLimit-Remaining': '1',
      };
      const headers = { ...ofOneRequest, 'x-kept': 'yes' };
      const miss = await app.get(path(headers));
      const hit = await app.get(path(headers));

      expect(miss.headers.get('retry-after')).to.equal('120');
      expect(Object.keys(ofOneRequest).map((name) => hit.headers.get(name))).to.deep.equal(Object.keys(ofOneRequest).map(() => null));
      expect(hit.headers.get('x-kept')).to.equal('yes');
    });

    it('is not stored when middleware gave its policy a nonce', async () => {
      await start((nest) => {
        nest.use((_: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
          response.setHeader('Content-Security-Policy', "script-src 'nonce-abc'");
          next();
        });
      });
      await app.see('/answer');

      expect((await app.see('/answer')).cache).to.equal('tiercel; fwd=miss; detail=csp-nonce');
    });

    it('does not make a request bypass the cache by a part of a directive', async () => {
      await start();
      await app.see('/answer');

      expect((await app.see('/answer', { 'cache-control': 'x-no-store' })).cache).to.contain('hit');
      expect((await app.see('/answer', { 'cache-control': 'max-age=0, No-Store' })).cache).to.contain('detail=no-store');
    });
  });
}
