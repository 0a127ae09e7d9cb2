import {
  Catch,
  Controller,
  ForbiddenException,
  Get,
  GoneException,
  HttpException,
  Logger,
  NotFoundException,
  Res,
  ServiceUnavailableException,
  UseInterceptors,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableInterceptor, CacheableService, CacheTTL, type CacheableModuleOptions } from '../../../../src/nest';
import { FakeClock } from '../../../../src/testing';
import { platforms, Runs, WebApp, type AnyResponse, type Platform } from '../support';

let runs = new Runs();
let answer: (response: AnyResponse) => unknown = () => undefined;
let ttl = (): number => 60_000;

@Controller()
@UseInterceptors(CacheableInterceptor)
class PageController {
  @Get('page')
  page(@Res({ passthrough: true }) response: AnyResponse) {
    return runs.count('page') === 1 ? 'old' : answer(response);
  }

  @Get('timed')
  @CacheTTL(() => ttl())
  timed() {
    return `run ${String(runs.count('timed'))}`;
  }
}

const failing = (error: Error) => (): never => {
  throw error;
};

/** As the packages `http-errors` and `@fastify/error` make them. */
const httpError = (status: number): Error => Object.assign(new Error('of http-errors'), { status, statusCode: status, expose: true });
class FastifyError extends Error {
  readonly code = 'FST_ERR_TEST';

  constructor(readonly statusCode: number) {
    super('of Fastify');
  }
}
const fastifyError = (status: number): Error => new FastifyError(status);

/** Of the application: an exception filter answers it. */
class DomainError extends Error {
  constructor(readonly code: string) {
    super('of the domain');
  }
}

const domainStatuses: Readonly<Record<string, number>> = { missing: 404, gone: 410, forbidden: 403, busy: 429, broken: 503 };

@Catch(DomainError)
class DomainErrorFilter implements ExceptionFilter {
  catch({ code }: DomainError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<AnyResponse>();
    response.status(domainStatuses[code] ?? 500).send(code);
  }
}

const statusOf = (error: unknown): number | undefined => (error instanceof DomainError ? domainStatuses[error.code] : undefined);

const ending: Readonly<Record<string, (response: AnyResponse) => unknown>> = {
  'throws 403': failing(new ForbiddenException()),
  'throws 404': failing(new NotFoundException()),
  'throws 410': failing(new GoneException()),
  'throws 451': failing(new HttpException('not here', 451)),
  'throws an error of http-errors with 404': failing(httpError(404)),
  'throws an error of http-errors with 410': failing(httpError(410)),
  'throws an error of Fastify with 403': failing(fastifyError(403)),
  'throws an error that a filter answers with 404': failing(new DomainError('missing')),
  'throws an error that a filter answers with 410': failing(new DomainError('gone')),
  'throws an error that a filter answers with 403': failing(new DomainError('forbidden')),
  'says no-store': (response) => {
    response.header('Cache-Control', 'no-store');
    return 'new';
  },
  'sets a cookie': (response) => {
    response.header('Set-Cookie', 'a=b');
    return 'new';
  },
  'answers with a status that is not stored': (response) => {
    response.status(202);
    return 'new';
  },
  'brings nothing': () => undefined,
};

const leaving: Readonly<Record<string, (response: AnyResponse) => unknown>> = {
  'throws 429': failing(new HttpException('slow down', 429)),
  'throws 503': failing(new ServiceUnavailableException()),
  'throws an error of http-errors with 429': failing(httpError(429)),
  'throws an error of http-errors with 503': failing(httpError(503)),
  'throws an error that a filter answers with 429': failing(new DomainError('busy')),
  'throws an error that a filter answers with 503': failing(new DomainError('broken')),
  'throws an error that no filter names': failing(new DomainError('unknown')),
  'throws an error': failing(new Error('no database')),
};

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`The effect of a new response on the old one, on ${platform}`, () => {
    let app: WebApp;
    let clock: FakeClock;

    const start = async (grace: object, http: CacheableModuleOptions['http'] = { statusOf }): Promise<void> => {
      app = await WebApp.start(platform, [PageController], { clock, ttl: '1m', ...grace, http }, (nest) => {
        nest.useLogger(false);
        nest.useGlobalFilters(new DomainErrorFilter());
      });
    };
    const refreshed = (): Promise<unknown> => new Promise((resolve) => app.nest.get(CacheableService).on('refresh', resolve));

    beforeEach(() => {
      runs = new Runs();
      clock = new FakeClock();
    });

    afterEach(() => app.close());

    for (const [title, given] of Object.entries(ending)) {
      it(`ends it when a background run ${title}`, async () => {
        answer = given;
        await start({ staleWhileRevalidate: '1h' });
        await app.get('/page');
        await clock.advance(61_000);
        const done = refreshed();
        const stale = await app.see('/page');
        await done;

        expect([stale.body, stale.cache]).to.deep.equal(['old', 'tiercel; hit; ttl=0; detail=stale']);
        expect((await app.see('/page')).body).not.to.equal('old');
      });

      it(`ends it for later failures when the handler ${title}`, async () => {
        answer = given;
        await start({ staleIfError: '1h' });
        await app.get('/page');
        await clock.advance(61_000);
        await app.get('/page');
        answer = failing(new Error('no database'));

        expect((await app.see('/page')).status).to.equal(500);
      });
    }

    for (const [title, given] of Object.entries(leaving)) {
      it(`leaves it when a background run ${title}`, async () => {
        answer = given;
        await start({ staleWhileRevalidate: '1h' });
        await app.get('/page');
        await clock.advance(61_000);
        const done = refreshed();
        await app.see('/page');
        await done;

        expect(await app.see('/page')).to.deep.include({ status: 200, body: 'old' });
        expect(runs.of('page')).to.equal(2);
      });

      it(`answers with it when the handler ${title}, where it may`, async () => {
        answer = given;
        await start({ staleIfError: '1h' });
        await app.get('/page');
        await clock.advance(61_000);

        expect(await app.see('/page')).to.deep.include({ status: 200, body: 'old', cache: 'tiercel; fwd=stale; detail=not-renewed' });
      });
    }

    const wrongResults: Readonly<Record<string, () => unknown>> = {
      'gives no number': () => '404',
      'gives no status': () => 7,
      'gives a fraction': () => 404.5,
      'gives a promise': () => Promise.resolve(404),
      fails: failing(new Error('no status')),
    };
    for (const [title, wrong] of Object.entries(wrongResults)) {
      it(`takes an error for a failure when statusOf ${title}, and logs that once`, async () => {
        const warn = sinon.stub(Logger, 'warn');
        answer = failing(new DomainError('missing'));
        await start({ staleIfError: '1h', retryAfterError: 0 }, { statusOf: wrong as () => number });
        await app.get('/page');
        await clock.advance(61_000);
        const bodies = [(await app.see('/page')).body, (await app.see('/page')).body];

        expect([...bodies, runs.of('page')]).to.deep.equal(['old', 'old', 3]);
        expect(warn.args.flat().filter((line) => String(line).startsWith('http.statusOf'))).to.have.lengthOf(1);
        warn.restore();
      });
    }

    it('leaves it without statusOf, since the status of a filter is not seen', async () => {
      answer = failing(new DomainError('missing'));
      await start({ staleIfError: '1h' }, {});
      await app.get('/page');
      await clock.advance(61_000);

      expect(await app.see('/page')).to.deep.include({ status: 200, body: 'old' });
    });

    it('leaves it when the ttl of the new one is unknown', async () => {
      await start({ staleWhileRevalidate: '1h' });
      ttl = () => 60_000;
      await app.get('/timed');
      await clock.advance(61_000);
      ttl = failing(new Error('no configuration'));
      const done = refreshed();
      await app.see('/timed');
      await done;

      expect(await app.see('/timed')).to.deep.include({ status: 200, body: 'run 1' });
    });
  });
}
