import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HostParam,
  Ip,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseInterceptors,
  type Type,
} from '@nestjs/common';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { CacheableInterceptor, CacheableModule } from '../../src/nest';
import { CacheKey, CacheScope, CacheTTL, CacheVary, HttpCache } from '../../src/nest/decorators/handler.decorators';
import { FakeClock } from '../../src/testing';
import { Runs, type AnyRequest, type AnyResponse } from './http/support';

let runs = new Runs();

@Controller()
@UseInterceptors(CacheableInterceptor)
class ShopController {
  @Get('account/*')
  account(@Req() { headers }: AnyRequest) {
    return { of: headers['authorization'] ?? headers['cookie'] ?? 'anonymous' };
  }

  @Get('profile')
  @CacheScope('user')
  @HttpCache()
  profile(@Req() { user }: AnyRequest) {
    return { of: user };
  }

  @Get('orders')
  orders(@Headers('X-Tenant-Id') tenant = 'none') {
    return { tenant };
  }

  @Get('orders-by-scope')
  @CacheScope((context) => context.switchToHttp().getRequest<AnyRequest>().headers['x-tenant-id'])
  ordersByScope(@Headers('X-Tenant-Id') tenant = 'none') {
    return { tenant };
  }

  @Get('link')
  link(@Headers('X-Forwarded-Host') host = 'shop.example.com') {
    return { link: `https://${host}/reset` };
  }

  @Get('greeting')
  @CacheVary('X-Tone')
  greeting(@Headers() headers: Record<string, string>) {
    return { tone: headers['x-tone'], tenant: headers['x-tenant-id'], run: runs.count('greeting') };
  }

  @Get('echo')
  echo(@Headers() headers: Record<string, string>) {
    return { tenant: headers['x-tenant-id'] };
  }

  @Get('whereabouts')
  whereabouts(@Ip() ip: string) {
    return { ip, run: runs.count('whereabouts') };
  }

  @Get('banner')
  @CacheKey('banner')
  banner(@Ip() ip: string) {
    return { ip, run: runs.count('banner') };
  }

  @Get('items')
  items(@Query() query: Record<string, unknown>, @Body() body: unknown) {
    return { query, body: body ?? {}, run: runs.count('items') };
  }

  @Post('search')
  @CacheKey('search')
  @CacheScope('public')
  search(@Req() request: AsyncIterable<Uint8Array> & { readonly raw?: AsyncIterable<Uint8Array>; readonly body?: unknown }) {
    return { body: request.body, run: runs.count('search') };
  }

  @Get('files/:name')
  file(@Param('name') name: string) {
    return { name };
  }

  @Get('video')
  @CacheScope('public')
  video(@Req() { headers }: AnyRequest, @Res({ passthrough: true }) response: AnyResponse) {
    if (headers['range'] === undefined) return 'all of it';
    response.status(206).header('Content-Range', 'bytes 0-2/9');
    return 'all';
  }

  @Get('price')
  @HttpCache()
  @CacheScope('public')
  @CacheTTL('10s')
  price() {
    return { run: runs.count('price') };
  }

  @Get('own-life')
  @Header('Cache-Control', 'max-age=60')
  ownLife() {
    return { run: runs.count('own-life') };
  }

  @Get('admin')
  admin() {
    return { page: 'admin' };
  }

  @Get('front')
  front() {
    return { page: 'front', run: runs.count('front') };
  }

  @Post('front')
  change() {
    return { changed: true };
  }
}

@Controller({ path: 'hosted', host: ':shop.example.com' })
@UseInterceptors(CacheableInterceptor)
class HostedController {
  @Get()
  page(@HostParam('shop') shop: string) {
    return { shop };
  }
}

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Given {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** As in many a proxy setup: the URL that is asked for is not the one that is routed. */
function rewritten({ url, headers }: { url?: string | undefined; headers: IncomingHttpHeaders }): string {
  return String(headers['x-original-url'] ?? url);
}

const adapters = {
  Express: () => new ExpressAdapter(),
  Fastify: () => new FastifyAdapter({ rewriteUrl: rewritten }),
};

for (const platform of ['Express', 'Fastify'] as const) {
  describe(`CacheableInterceptor under attack on ${platform}`, () => {
    let app: NestFastifyApplication;
    let url: string;
    let user: unknown;
    let clock: FakeClock;

    /** As it is given: `fetch` would tidy the path, and choose the host. */
    const send = async (path: string, { method = 'GET', headers = {}, body }: Given = {}): Promise<Reply> => {
      const { hostname, port } = new URL(url);
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const request = httpRequest({ hostname, port, path, method, headers: { ...length, ...headers }, agent: false }, resolve);
        request.on('error', reject).end(body);
      });
      return { status: response.statusCode, headers: response.headers, body: await text(response) };
    };
    const bodyOf = async (path: string, given?: Given): Promise<unknown> => JSON.parse((await send(path, given)).body);
    const isHit = ({ headers }: Reply): boolean => /; hit/.test(String(headers['cache-status']));

    beforeEach(async () => {
      runs = new Runs();
      user = undefined;
      clock = new FakeClock();
      const controllers: Type[] = [ShopController, HostedController];
      const module = await Test.createTestingModule({
        imports: [CacheableModule.register({ clock, staleWhileRevalidate: '1m' })],
        controllers,
      }).compile();
      app = module.createNestApplication<NestFastifyApplication>(adapters[platform]() as FastifyAdapter);
      app.useLogger(false);
      const identify = (request: { user?: unknown }): void => {
        if (user !== undefined) request.user = user;
      };
      if (platform === 'Fastify') {
        app
          .getHttpAdapter()
          .getInstance()
          .addHook('preHandler', async (request) => {
            identify(request as { user?: unknown });
          });
      } else {
        // The parser that is easiest to confuse.
        (app as unknown as NestExpressApplication).set('query parser', 'extended');
        app.use((request: { url: string; method: string; user?: unknown; headers: IncomingHttpHeaders }, _: unknown, next: () => void) => {
          identify(request);
          request.url = rewritten(request);
          request.method = String(request.headers['x-http-method-override'] ?? request.method);
          next();
        });
      }
      await app.listen(0, '127.0.0.1');
      url = await app.getUrl();
    });

    afterEach(() => app.close());

    describe('by requesting data of another user', () => {
      for (const header of ['authorization', 'cookie']) {
        it(`gives no caller a response that was made for an ${header}, and no ${header} that of another`, async () => {
          const of = async (value?: string) => bodyOf('/account/page', value === undefined ? {} : { headers: { [header]: value } });

          expect([await of('jane'), await of(), await of('john'), await of('jane')]).to.deep.equal(
            ['jane', 'anonymous', 'john', 'jane'].map((name) => ({ of: name })),
          );
        });
      }

      it('gives no tenant the response of another, if the handler reads the tenant from a header', async () => {
        const of = async (tenant?: string) => bodyOf('/orders', tenant === undefined ? {} : { headers: { 'X-Tenant-Id': tenant } });

        expect([await of('a'), await of('b'), await of(), await of('a')]).to.deep.equal(
          ['a', 'b', 'none', 'a'].map((tenant) => ({ tenant })),
        );
        expect((await send('/orders', { headers: { 'x-tenant-id': 'b' } })).headers).to.include({ vary: 'x-tenant-id' });
      });

      it('gives no tenant the answer of another whose scope is a header', async () => {
        const of = async (tenant?: string) =>
          bodyOf('/orders-by-scope', tenant === undefined ? {} : { headers: { 'x-tenant-id': tenant } });

        expect([await of('a'), await of('b'), await of()]).to.deep.equal(['a', 'b', 'none'].map((tenant) => ({ tenant })));
      });

      it('keeps users apart whose ids are made to look like another’s key', async () => {
        for (const id of ['1', '1:GET:/profile', '1;v=2', '%31', '@id=1', ' 1']) {
          user = { id };
          expect(await bodyOf('/profile'), id).to.deep.equal({ of: { id } });
        }
      });

      it('marks a stale response as stale, so that no proxy keeps it as if it were fresh', async () => {
        await send('/price');
        await clock.advance(15_000);

        const { headers } = await send('/price');

        expect(headers).to.include({
          age: '15',
          'cache-control': 'public, max-age=15',
          'cache-status': 'tiercel; hit; ttl=0; detail=stale',
        });
      });

      it('says how much of the life that a route gives its answer is over', async () => {
        await send('/own-life');
        await clock.advance(5_000);

        expect((await send('/own-life')).headers).to.include({ age: '5', 'cache-control': 'max-age=60' });
      });

      it('reveals by no 304 that another user has the named tag', async () => {
        user = { id: 'jane' };
        const tag = String((await send('/profile')).headers.etag);
        user = { id: 'john' };

        const answer = await send('/profile', { headers: { 'if-none-match': tag } });

        expect([answer.status, JSON.parse(answer.body)]).to.deep.equal([200, { of: { id: 'john' } }]);
      });
    });

    describe('by deception', () => {
      for (const path of ['x.css', '..%2fx.css', 'x%00.js', 'x%3f.png', 'x;a.css', 'x%23.css', '%2e%2e/static/x.css']) {
        it(`stores nothing of a victim at /account/${path}`, async () => {
          await send(`/account/${path}`, { headers: { cookie: 'session=jane' } });

          const seen = await send(`/account/${path}`);

          expect(seen.body).not.to.contain('jane');
          expect(isHit(seen)).to.equal(false);
        });
      }

      it('takes no spelling of a path for another', async () => {
        const names: unknown[] = [];
        for (const name of ['a', 'A', 'a%2fb', 'a%2Fb', 'a%00', 'a%20', 'a+', 'a%252fb', '%61']) names.push(await bodyOf(`/files/${name}`));

        expect(names).to.deep.equal(['a', 'A', 'a/b', 'a/b', 'a\0', 'a ', 'a+', 'a%2fb', 'a'].map((name) => ({ name })));
      });

      it('keeps nothing of a path that leads nowhere', async () => {
        const first = await send('/nowhere/x.css');

        expect([first.status, first.headers['cache-status']]).to.deep.equal([404, undefined]);
      });
    });

    describe('by poisoning', () => {
      it('keeps answers apart that a header went into, which the handler asks for', async () => {
        await send('/link', { headers: { 'X-Forwarded-Host': 'evil.example' } });

        expect(await bodyOf('/link')).to.deep.equal({ link: 'https://shop.example.com/reset' });
      });

      it('keeps no answer of a handler that asks for all headers, unless it says which ones matter', async () => {
        await send('/echo', { headers: { 'x-tenant-id': 'a' } });
        await send('/greeting', { headers: { 'x-tone': 'rude' } });

        expect(await bodyOf('/echo')).to.deep.equal({});
        expect(isHit(await send('/greeting', { headers: { 'x-tone': 'rude' } }))).to.equal(true);
      });

      it('keeps no answer of a handler that reads the address of the client, with a fixed key or without', async () => {
        for (const path of ['/whereabouts', '/whereabouts', '/banner', '/banner']) await send(path);

        expect([runs.of('whereabouts'), runs.of('banner')]).to.deep.equal([2, 2]);
      });

      it('takes no host for another', async () => {
        const at = async (host: string) => bodyOf('/hosted', { headers: { host } });

        expect([await at('a.example.com'), await at('b.example.com'), await at('a.example.com:81')]).to.deep.equal(
          ['a', 'b', 'a'].map((shop) => ({ shop })),
        );
        expect(isHit(await send('/hosted', { headers: { host: 'b.example.com' } }))).to.equal(true);
      });

      it('lets no header choose the host of a route, and no client fill the entries of another host', async () => {
        await send('/front', { headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } });

        expect([isHit(await send('/front')), isHit(await send('/front'))]).to.deep.equal([false, true]);
        expect(await bodyOf('/hosted', { headers: { host: 'a.example.com', 'x-forwarded-host': 'b.example.com' } })).to.deep.equal({
          shop: 'a',
        });
      });

      it('stores a rerouted response under neither of the two URLs alone', async () => {
        await send('/front', { headers: { 'x-original-url': '/admin' } });

        expect(await bodyOf('/front')).to.deep.include({ page: 'front' });
        expect(await bodyOf('/admin')).to.deep.equal({ page: 'admin' });
        expect(isHit(await send('/front', { headers: { 'x-original-url': '/admin' } }))).to.equal(true);
      });

      it('stores no other method under that of a GET', async () => {
        for (const headers of [{}, { 'x-http-method-override': 'POST' }]) {
          await send('/front', { method: headers['x-http-method-override'] === undefined ? 'POST' : 'GET', headers });
        }

        expect(await bodyOf('/front')).to.deep.include({ page: 'front' });
      });

      it('does not answer a GET with the response to a HEAD', async () => {
        await send('/front', { method: 'HEAD' });

        const { body, status } = await send('/front');

        expect([status, JSON.parse(body)]).to.deep.equal([200, { page: 'front', run: runs.of('front') }]);
      });

      it('does not answer a request for the whole with a part', async () => {
        await send('/video', { headers: { range: 'bytes=0-2' } });

        expect(await send('/video')).to.deep.include({ status: 200, body: 'all of it' });
      });

      it('does not answer a GET without a body with the response to one with a body', async () => {
        const body = JSON.stringify({ id: 'evil' });
        await send('/items?id=1', { headers: { 'content-type': 'application/json' }, body });

        expect(await bodyOf('/items?id=1')).to.deep.include({ body: {} });
      });

      it('stores no response to a body that is not parsed yet', async () => {
        const ask = async (body: string) => send('/search', { method: 'POST', headers: { 'content-type': 'application/x-unknown' }, body });
        const replies = [await ask('mine'), await ask('yours')];

        expect(replies.some(isHit)).to.equal(false);
      });

      const alike: readonly (readonly [string, string])[] = [
        ['id=1&id=2', 'id=2&id=1'],
        ['id=1', 'id[]=1'],
        ['id=1&id[]=2', 'id[]=2&id=1'],
        ['id[a]=1&id[b]=2', 'id[b]=2&id[a]=1'],
        ['%69d=1&id=2', 'id=2&%69d=1'],
        ['id=%ff', 'id=%fe'],
        ['id=%ff', 'id=%EF%BF%BD'],
        ['id=1%00', 'id=1'],
        ['id=a+b', 'id=a%2Bb'],
        ['id', 'id='],
        ['id=1&', 'id=1'],
        ['id=1;id=2', 'id=1&id=2'],
        ['id=1%26id%3D2', 'id=1&id=2'],
        ['__proto__=1&id=1', 'id=1'],
      ];
      for (const [attack, victim] of alike) {
        it(`answers ?${victim} by its own query, after ?${attack}`, async () => {
          await send(`/items?${attack}`);
          const seen = (await bodyOf(`/items?${victim}`)) as { query: unknown };

          expect(seen.query).to.deep.equal(await unqueried(victim));
        });
      }

      /** The query as the platform parses it, from a path without entries. */
      const unqueried = async (query: string): Promise<unknown> => {
        const { query: parsed } = (await bodyOf(`/items?${query}`, { headers: { 'cache-control': 'no-store' } })) as { query: unknown };
        return parsed;
      };

      it('takes the same parameters in another order for the same request', async () => {
        await send('/items?a=1&b=2&a=3');

        expect(isHit(await send('/items?b=2&a=1&a=3'))).to.equal(true);
      });
    });
  });
}
