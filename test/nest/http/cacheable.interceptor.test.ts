import {
  Controller,
  Get,
  Header,
  HttpCode,
  HttpException,
  Module,
  NotFoundException,
  Post,
  Query,
  Res,
  Sse,
  StreamableFile,
  UseInterceptors,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { of } from 'rxjs';
import { CacheableInterceptor, CacheableModule, CacheableService, CacheKey, CacheScope, CacheTTL } from '../../../src/nest';
import { FakeClock } from '../../../src/testing';
import { storedResponse } from './support';

/** The number of runs of each handler, and the promise that it waits for. */
class Runs {
  readonly #counts = new Map<string, number>();
  gate: Promise<unknown> = Promise.resolve();

  count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

/** The part of a response that the handlers of both platforms use. */
interface AnyResponse {
  status(code: number): this;
  header(name: string, value: string): this;
  send(body: unknown): unknown;
}

let runs = new Runs();

@Controller()
@UseInterceptors(CacheableInterceptor)
class ThingsController {
  @Get('plain')
  async plain(@Query() query: object) {
    const run = runs.count('plain');
    await runs.gate;
    return { run, query };
  }

  @Get('null')
  nothing() {
    runs.count('null');
    return null;
  }

  @Get('failing')
  failing() {
    throw new HttpException(`run ${runs.count('failing')}`, 418);
  }

  @Get('stream')
  stream() {
    return new StreamableFile(Readable.from([`run ${runs.count('stream')}`]));
  }

  @Get('sent')
  sent(@Res() response: AnyResponse) {
    return response.send({ run: runs.count('sent') });
  }

  @Get('cookie')
  cookie(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Set-Cookie', `visit=${runs.count('cookie')}`);
    return { run: runs.of('cookie') };
  }

  @Get('private')
  @Header('Cache-Control', 'private')
  private() {
    return { run: runs.count('private') };
  }

  @Get('no-content')
  @HttpCode(204)
  noContent() {
    runs.count('no-content');
    return null;
  }

  @Get('short')
  @CacheTTL('1s')
  short() {
    return { run: runs.count('short') };
  }

  @Get('computed-ttl')
  @CacheTTL((context: ExecutionContext) => Number(context.switchToHttp().getRequest<{ query: { ttl: string } }>().query.ttl))
  computedTtl() {
    return { run: runs.count('computed-ttl') };
  }

  @Get('twice')
  @UseInterceptors(CacheableInterceptor)
  twice() {
    return { run: runs.count('twice') };
  }

  @Get('gone-later')
  @CacheTTL('1s')
  goneLater() {
    const run = runs.count('gone-later');
    if (run > 1) throw new NotFoundException();
    return { run };
  }

  @Get('named')
  @CacheKey('everything')
  named() {
    return { run: runs.count('named') };
  }

  @Get('shared')
  @CacheScope('public')
  shared() {
    return { run: runs.count('shared') };
  }

  @Get('tenant')
  @CacheScope((context: ExecutionContext) => context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-tenant'])
  tenant() {
    return { run: runs.count('tenant') };
  }

  @Post('plain')
  post() {
    return { run: runs.count('post') };
  }

  @Sse('events')
  events() {
    runs.count('events');
    return of({ data: 'one' }, { data: 'two' });
  }
}

const clock = new FakeClock();

@Module({ imports: [CacheableModule.register({ ttl: '5m', clock })], controllers: [ThingsController] })
class ThingsModule {}

@Module({
  imports: [CacheableModule.register({ clock, staleWhileRevalidate: '1m', staleIfError: '1h' })],
  controllers: [ThingsController],
})
class PatientModule {}

const platforms = { Express: () => new ExpressAdapter(), Fastify: () => new FastifyAdapter() };

for (const [platform, adapter] of Object.entries(platforms)) {
  describe(`CacheableInterceptor on ${platform}`, () => {
    let app: INestApplication;
    let url: string;

    const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers });
    const body = async (path: string, headers?: Record<string, string>): Promise<unknown> => (await get(path, headers)).json();

    beforeEach(async () => {
      runs = new Runs();
      const module = await Test.createTestingModule({ imports: [ThingsModule] }).compile();
      app = module.createNestApplication<NestFastifyApplication>(adapter() as FastifyAdapter);
      await app.listen(0, '127.0.0.1');
      url = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/`;
    });

    afterEach(() => app.close());

    it('answers the second equal request from the cache, and says so', async () => {
      const first = await get('plain');
      const second = await get('plain');

      expect(await first.json()).to.deep.equal(await second.json());
      expect(runs.of('plain')).to.equal(1);
      expect(first.headers.get('cache-status')).to.equal('tiercel; fwd=miss; stored');
      expect(second.headers.get('cache-status')).to.equal('tiercel; hit; ttl=300');
    });

    it('runs the handler once for a hundred equal requests at a time', async () => {
      let arrived = 0;
      const server = app.getHttpServer() as Server;
      runs.gate = new Promise<void>((resolve) =>
        server.on('request', () => {
          arrived += 1;
          if (arrived === 100) setImmediate(resolve);
        }),
      );
      const answers = Promise.all(Array.from({ length: 100 }, () => body('plain')));

      expect(new Set((await answers).map((answer) => JSON.stringify(answer))).size).to.equal(1);
      expect(runs.of('plain')).to.equal(1);
    });

    it('takes the query into the key, in whatever order it comes', async () => {
      await body('plain?a=1&b=2');
      await body('plain?b=2&a=1');
      await body('plain?a=2&b=1');

      expect(runs.of('plain')).to.equal(2);
    });

    it('caches null', async () => {
      await get('null');
      await get('null');

      expect(runs.of('null')).to.equal(1);
    });

    it('never stores an error', async () => {
      const statuses = [(await get('failing')).status, (await get('failing')).status];

      expect(statuses).to.deep.equal([418, 418]);
      expect(runs.of('failing')).to.equal(2);
    });

    for (const path of ['stream', 'sent', 'cookie', 'private']) {
      it(`runs the handler of /${path} for every request, and answers each in full`, async () => {
        const bodies = [await (await get(path)).text(), await (await get(path)).text()];

        expect(runs.of(path)).to.equal(2);
        expect(bodies[0]).to.contain('1');
        expect(bodies[1]).to.contain('2');
      });
    }

    it('gives every one of several requests at a time its own stream', async () => {
      const bodies = await Promise.all(Array.from({ length: 5 }, async () => (await get('stream')).text()));

      expect(new Set(bodies).size).to.equal(5);
    });

    it('keeps the status of the route on a hit', async () => {
      expect([(await get('no-content')).status, (await get('no-content')).status]).to.deep.equal([204, 204]);
      expect(runs.of('no-content')).to.equal(1);
    });

    it('sends all events of a stream of events, each time', async () => {
      for (const text of [await (await get('events')).text(), await (await get('events')).text()]) {
        expect(text).to.contain('one').and.to.contain('two');
      }
    });

    it('forgets after the ttl of the handler', async () => {
      await body('short');
      await clock.advance(999);
      await body('short');
      expect(runs.of('short')).to.equal(1);

      await clock.advance(1);
      await body('short');

      expect(runs.of('short')).to.equal(2);
    });

    it('takes a ttl from a function of the call', async () => {
      await body('computed-ttl?ttl=2000');
      await clock.advance(1_999);
      await body('computed-ttl?ttl=2000');
      expect(runs.of('computed-ttl')).to.equal(1);

      await clock.advance(1);
      await body('computed-ttl?ttl=2000');

      expect(runs.of('computed-ttl')).to.equal(2);
    });

    it('stores under the key that the handler names', async () => {
      await body('named');

      expect(storedResponse(app.get(CacheableService), 'everything')).to.deep.equal({ run: 1 });
    });

    for (const credentials of [{ authorization: 'Bearer x' }, { cookie: 'id=x' }]) {
      it(`answers no request with ${Object.keys(credentials).join()} from a shared entry`, async () => {
        await body('plain');

        const answer = await get('plain', credentials);

        expect(await answer.json()).to.have.property('run', 2);
        expect(answer.headers.get('cache-status')).to.equal('tiercel; fwd=bypass; detail=credentials');
        expect(await body('plain')).to.have.property('run', 1);
      });
    }

    it('shares public responses with requests that have credentials', async () => {
      await body('shared', { cookie: 'id=x' });
      await body('shared', { cookie: 'id=y' });

      expect(runs.of('shared')).to.equal(1);
    });

    it('keeps tenants apart', async () => {
      const [a, b, again] = [
        await body('tenant', { 'x-tenant': 'a' }),
        await body('tenant', { 'x-tenant': 'b' }),
        await body('tenant', { 'x-tenant': 'a' }),
      ];

      expect(a).to.deep.equal(again).and.not.to.deep.equal(b);
    });

    it('caches no request that belongs to no tenant', async () => {
      await body('tenant');
      await body('tenant');

      expect(runs.of('tenant')).to.equal(2);
    });

    it('leaves methods other than GET alone', async () => {
      await fetch(`${url}plain`, { method: 'POST' });
      await fetch(`${url}plain`, { method: 'POST' });

      expect(runs.of('post')).to.equal(2);
    });

    it('answers a route that it is bound to twice', async () => {
      expect([await body('twice'), await body('twice')]).to.deep.equal([{ run: 1 }, { run: 1 }]);
    });

    it('refreshes a stale response in the background, also after the request was answered', async () => {
      const patient = (
        await Test.createTestingModule({ imports: [PatientModule] }).compile()
      ).createNestApplication<NestFastifyApplication>(adapter() as FastifyAdapter);
      await patient.listen(0, '127.0.0.1');
      const ask = async (): Promise<unknown> => (await fetch(`${await patient.getUrl()}/short`)).json();
      const refreshed = new Promise((resolve) => patient.get(CacheableService).on('refresh', resolve));
      await ask();
      await clock.advance(1_000);

      expect(await ask()).to.deep.equal({ run: 1 });
      await refreshed;

      expect(await ask()).to.deep.equal({ run: 2 });
      await patient.close();
    });

    it('lets no old answer hide that the handler refuses', async () => {
      const patient = (
        await Test.createTestingModule({ imports: [PatientModule] }).compile()
      ).createNestApplication<NestFastifyApplication>(adapter() as FastifyAdapter);
      await patient.listen(0, '127.0.0.1');
      const ask = async (): Promise<number> => (await fetch(`${await patient.getUrl()}/gone-later`)).status;

      expect(await ask()).to.equal(200);
      await clock.advance(120_000);

      expect(await ask()).to.equal(404);
      await patient.close();
    });

    it('lets the handler run when the cache is closed', async () => {
      await app.get(CacheableService).close();

      expect(await body('plain')).to.have.property('run', 1);
      expect(await body('plain')).to.have.property('run', 2);
    });
  });
}
