import {
  Injectable,
  VersioningType,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type LoggerService,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { spy } from 'sinon';
import { CacheableInterceptor, CacheableModule, CacheableService } from '../../../src/nest';
import { getCacheToken } from '../../../src/nest/shared/cacheable.service';
import { CacheableMetricsModule } from '../../../src/nest/metrics';
import { METRICS_TEXT } from '../../../src/nest/metrics/cacheable-metrics.module';
import { valueOf } from '../../adapters/otel/scrape';

@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['authorization'] === 'Bearer scraper';
  }
}

const silentLogger: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

const platforms = { Express: () => new ExpressAdapter(), Fastify: () => new FastifyAdapter() } as const;

for (const [platform, adapter] of Object.entries(platforms)) {
  describe(`CacheableMetricsModule on ${platform}`, () => {
    let application: INestApplication | undefined;

    async function start(
      { imports = [], providers = [] }: ModuleMetadata,
      prepare: (application: INestApplication) => void = () => undefined,
    ): Promise<string> {
      const cache = CacheableModule.register({ isGlobal: true, logger: false });
      const module = await Test.createTestingModule({ imports: [cache, ...imports], providers })
        .setLogger(silentLogger)
        .compile();
      application = module.createNestApplication(adapter());
      prepare(application);
      await application.listen(0, '127.0.0.1');
      return application.getUrl();
    }

    afterEach(async () => {
      await application?.close();
      application = undefined;
    });

    it('shows all caches of the application at a route of it', async () => {
      const sessions = CacheableModule.register({ name: 'sessions', logger: false });
      const url = await start({ imports: [sessions, CacheableMetricsModule.register()] });
      await application?.get(CacheableService).get('a');
      await application?.get<CacheableService>(getCacheToken('sessions'), { strict: false }).namespace('admin').get('a');

      const response = await fetch(`${url}/metrics`);
      const text = await response.text();

      const type = response.headers.get('content-type')?.toLowerCase().split('; ');
      expect(type).to.have.members(['text/plain', 'version=0.0.4', 'charset=utf-8']);
      expect(valueOf(text, 'cache_misses_total{cache="tiercel"}')).to.equal(1);
      expect(valueOf(text, 'cache_misses_total{cache="tiercel:sessions"}')).to.equal(0);
      expect(valueOf(text, 'cache_misses_total{cache="tiercel:sessions:admin"}')).to.equal(1);
    });

    it('is guarded by the guards that it is given', async () => {
      const url = await start({ imports: [CacheableMetricsModule.register({ path: '/internal/metrics', guards: [TokenGuard] })] });

      const statusWith = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(`${url}/internal/metrics`, { headers })).status;

      expect(await statusWith({})).to.equal(403);
      expect(await statusWith({ authorization: 'Bearer scraper' })).to.equal(200);
    });

    it('is guarded by those of the application', async () => {
      const url = await start({ imports: [CacheableMetricsModule.register()], providers: [{ provide: APP_GUARD, useClass: TokenGuard }] });

      expect((await fetch(`${url}/metrics`)).status).to.equal(403);
    });

    it('is never answered from a cache, and stands below the prefix and outside of versions', async () => {
      const url = await start(
        { imports: [CacheableMetricsModule.register()], providers: [{ provide: APP_INTERCEPTOR, useClass: CacheableInterceptor }] },
        (app) => {
          app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI });
        },
      );
      const scrape = async (): Promise<number | undefined> =>
        valueOf(await (await fetch(`${url}/api/metrics`)).text(), 'cache_misses_total{cache="tiercel"}');

      expect(await scrape()).to.equal(0);
      await application?.get(CacheableService).get('a');

      expect(await scrape()).to.equal(1);
    });
  });
}

describe('CacheableMetricsModule', () => {
  it('lets go of the caches when the application ends, before they close', async () => {
    const released: boolean[] = [];
    const text = { observe: () => () => void released.push(isClosed()), renderInTurns: () => Promise.resolve('') };
    const module = await Test.createTestingModule({
      imports: [CacheableModule.register({ isGlobal: true, logger: false }), CacheableMetricsModule.register()],
    })
      .overrideProvider(METRICS_TEXT)
      .useValue(text)
      .compile();
    await module.init();
    const close = spy(module.get(CacheableService), 'close');
    const isClosed = (): boolean => close.called;

    await module.close();

    expect(close.called).to.equal(true);
    expect(released).to.deep.equal([false]);
  });

  it('refuses options that mean nothing', () => {
    expect(() => CacheableMetricsModule.register({ path: 5, guard: [] } as never))
      .to.throw(/path: .*/)
      .with.property('code', 'CACHE_OPTION_INVALID');
  });
});
