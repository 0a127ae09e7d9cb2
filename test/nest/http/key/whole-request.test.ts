import {
  Controller,
  createParamDecorator,
  Get,
  Headers,
  Injectable,
  Logger,
  Req,
  Request,
  Res,
  Scope,
  UseGuards,
  UseInterceptors,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableInterceptor, CacheKey, CacheScope, CacheTTL, CacheVary } from '../../../../src/nest';
import { platforms, Runs, WebApp, type AnyRequest, type Platform } from '../support';

let runs = new Runs();
let mark: (request: Marked, response: object) => void = () => undefined;

type Marked = AnyRequest & { _tenant?: string; raw?: object };

/** Marks requests and responses, as middleware does. */
@Injectable()
class MarkingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    mark(context.getArgByIndex<Marked>(0), context.getArgByIndex<object>(1));
    return true;
  }
}

const Query = createParamDecorator((_: unknown, context: ExecutionContext) => context.getArgByIndex<AnyRequest>(0).query);

@Controller()
@UseGuards(MarkingGuard)
@UseInterceptors(CacheableInterceptor)
class RequestController {
  @Get('workspace')
  workspace(@Req() { headers }: AnyRequest) {
    return { of: headers['x-workspace-id'] };
  }

  @Get('consumer')
  @CacheTTL('1m')
  consumer(@Request() { headers }: AnyRequest) {
    return { of: headers['x-consumer-custom-id'] };
  }

  @Get('fixed')
  @CacheKey('fixed')
  fixed(@Req() { headers }: AnyRequest) {
    return { of: headers['x-workspace-id'] };
  }

  @Get('varied')
  @CacheVary('X-Workspace-Id')
  varied(@Req() request: Marked) {
    return { of: request.headers['x-workspace-id'] ?? request._tenant };
  }

  @Get('response')
  ofResponse(@Res({ passthrough: true }) response: { readonly shop?: string }) {
    return { of: response.shop, run: runs.count('response') };
  }

  @Get('plain')
  plain() {
    return { run: runs.count('plain') };
  }

  @Get('public')
  @CacheKey('public')
  @CacheScope('public')
  open(@Req() { headers, query }: AnyRequest) {
    return { query, host: headers['host'] };
  }

  @Get('custom')
  @CacheKey('custom')
  @CacheScope('public')
  custom(@Query() query: object) {
    return { query };
  }

  @Get('headers')
  @CacheKey('headers')
  @CacheScope('public')
  all(@Headers() headers: Record<string, string>) {
    return { host: headers['host'] };
  }
}

@Controller({ scope: Scope.REQUEST })
@UseInterceptors(CacheableInterceptor)
class ScopedController {
  @Get('scoped')
  @CacheKey('scoped')
  @CacheScope('public')
  scoped() {
    return { run: runs.count('scoped') };
  }
}

const bypassed = 'tiercel; fwd=bypass; detail=credentials';

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`CacheableInterceptor, a handler that gets the whole request, on ${platform}`, () => {
    let app: WebApp;

    const start = async (http: object = {}): Promise<void> => {
      app = await WebApp.start(platform, [RequestController, ScopedController], { http });
    };
    const body = async (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
      JSON.parse((await app.see(path, headers)).body);
    const hit = async (path: string): Promise<boolean> => (await app.see(path)).cache?.includes('hit') === true;

    beforeEach(() => {
      runs = new Runs();
      mark = () => undefined;
    });

    afterEach(async () => {
      sinon.restore();
      await app.close();
    });

    for (const [path, header] of [
      ['/workspace', 'x-workspace-id'],
      ['/consumer', 'x-consumer-custom-id'],
      ['/fixed', 'x-workspace-id'],
    ] as const) {
      it(`shares no response of ${path}`, async () => {
        await start();

        expect(await body(path, { [header]: 'a' })).to.deep.equal({ of: 'a' });
        expect(await app.see(path, { [header]: 'b' })).to.deep.include({ body: '{"of":"b"}', cache: bypassed });
      });
    }

    it('keeps the response of a handler without it', async () => {
      await start();
      await app.see('/plain');

      expect(await hit('/plain')).to.equal(true);
    });

    it('may list the headers of its response by @CacheVary', async () => {
      await start();
      const seen = [];
      for (const workspace of ['a', 'b', 'a']) seen.push((await app.see('/varied', { 'x-workspace-id': workspace })).body);

      expect(seen).to.deep.equal(['{"of":"a"}', '{"of":"b"}', '{"of":"a"}']);
    });

    for (const name of ['_tenant', '_customerId', '_roles']) {
      it(`shares no response for a request with a field ${name}`, async () => {
        await start();
        mark = (request) => Object.assign(request, { [name]: 'a' });

        expect((await app.see('/varied')).cache).to.equal(bypassed);
        expect((await app.see('/plain')).cache).to.equal(bypassed);
      });
    }

    it('shares no response for fields of the response, if the handler gets it', async () => {
      await start();
      await app.see('/response');
      expect(await hit('/response')).to.equal(true);
      mark = (_, response) => Object.assign(response, { shop: 'a' });

      expect(await app.see('/response')).to.deep.include({ body: '{"of":"a","run":2}', cache: bypassed });
      await app.see('/plain');
      expect(await hit('/plain')).to.equal(true);
    });

    for (const path of ['/public', '/custom', '/scoped']) {
      it(`has its query in a fixed key: ${path}`, async () => {
        await start();
        for (const query of ['', '?page=1', '?page=2', '?page=1&sort=a']) {
          expect(await hit(`${path}${query}`), query).to.equal(false);
          expect(await hit(`${path}${query}`), query).to.equal(true);
        }
      });
    }

    for (const path of ['/public', '/headers', '/scoped']) {
      it(`has its host in a fixed key, unless hosts are ignored: ${path}`, async () => {
        const hits = async (): Promise<boolean[]> => {
          const other = app.url.replace('127.0.0.1', 'localhost');
          return [await hit(path), (await fetch(`${other}${path}`)).headers.get('cache-status')?.includes('hit') === true];
        };
        await start();
        expect(await hits()).to.deep.equal([false, false]);
        await app.close();
        await start({ hosts: 'ignored' });

        expect(await hits()).to.deep.equal([false, true]);
      });
    }

    it('is named in the log once, with the remedy, if decorators say that it is to be cached', async () => {
      await start();
      const [warn, debug] = [sinon.stub(Logger, 'warn'), sinon.stub(Logger, 'debug')];
      for (const path of ['/workspace', '/consumer', '/fixed', '/consumer', '/workspace']) await app.see(path);

      const reason = 'not cached without a @CacheScope, because of @Req()';
      const remedy =
        ": add @CacheScope('public') if all callers may have the response, @CacheScope('user') or a function otherwise, " +
        "and read headers with @Headers('name') (logged once)";
      expect(warn.args.map(([message]) => message as unknown)).to.deep.equal([
        `RequestController.consumer: ${reason}${remedy}`,
        `RequestController.fixed: ${reason}${remedy}`,
      ]);
      expect(debug.args.map(([message]) => message as unknown)).to.deep.equal([`RequestController.workspace: ${reason} (logged once)`]);
    });
  });
}
