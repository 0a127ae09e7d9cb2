import { Controller, Get, Inject, Module, type INestApplication } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import type { Server } from 'node:http';
import { redis } from '../../../src/adapters/redis';
import { CacheableModule, CacheableService, type CacheableModuleOptions } from '../../../src/nest';
import { getCacheToken, InjectCache } from '../../../src/nest/shared/cacheable.service';
import { CacheableHealthIndicator } from '../../../src/nest/terminus';
import { FakeClock, FakeDriver } from '../../../src/testing';
import { eventually } from '../../../src/testing/suite-tools';
import { TestServer } from '../../support/servers';

interface HealthBody {
  readonly status: string;
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(CacheableHealthIndicator) private readonly cache: CacheableHealthIndicator,
    @InjectCache('sessions') private readonly sessions: CacheableService,
  ) {}

  @Get('live')
  @HealthCheck()
  live() {
    return this.health.check([]);
  }

  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([() => this.cache.isHealthy('cache')]);
  }

  @Get('required')
  @HealthCheck()
  required() {
    return this.health.check([() => this.cache.isHealthy('cache', { required: true })]);
  }

  @Get('both')
  @HealthCheck()
  both() {
    return this.health.check([() => this.cache.isHealthy('cache'), () => this.cache.isHealthy('sessions', { cache: this.sessions })]);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const knowsDegraded = 'degraded' in new HealthIndicatorService().check('cache');

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), CacheableModule.register({ name: 'sessions', logger: false })],
  controllers: [HealthController],
  providers: [CacheableHealthIndicator],
})
class HealthModule {}

describe('a health check over HTTP', () => {
  let app: INestApplication<Server>;

  async function start(options: CacheableModuleOptions): Promise<void> {
    const imports = [HealthModule, CacheableModule.register({ ...options, logger: false })];
    const module = await Test.createTestingModule({ imports }).compile();
    app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
  }

  async function ask(route: string): Promise<HealthBody & { readonly code: number; readonly text: string }> {
    const answer = await fetch(`${await app.getUrl()}/health/${route}`);
    const text = await answer.text();
    return { code: answer.status, text, ...(JSON.parse(text) as HealthBody) };
  }

  afterEach(() => app.close());

  it('is up without L2', async () => {
    await start({});

    expect(await ask('ready')).to.deep.include({ code: 200, status: 'ok', details: { cache: { status: 'up' } } });
  });

  it('reports each cache under its name', async () => {
    await start({});
    await app.get<CacheableService>(getCacheToken('sessions'), { strict: false }).close();

    const { code, details } = await ask('both');

    expect(code).to.equal(503);
    expect(details).to.deep.equal({ cache: { status: 'up' }, sessions: { status: 'down', reason: 'the cache is closed' } });
  });

  it('fails once the cache is closed', async () => {
    await start({});
    await app.get(CacheableService).close();

    expect(await ask('ready')).to.include({ code: 503, status: 'error' });
    expect(await ask('live')).to.include({ code: 200, status: 'ok' });
  });

  it('answers at once while L2 does not answer', async () => {
    const driver = new FakeDriver({ clock: new FakeClock() });
    await start({ secondary: driver, breaker: false });
    driver.store.hang();

    expect(await ask('ready')).to.include({ code: 200, status: 'ok' });
    expect(driver.store.calls).to.deep.equal([]);
    driver.store.heal();
  });

  describe('whose server is killed', () => {
    let server: TestServer;

    beforeEach(async () => {
      server = await TestServer.start('redis', { args: ['--requirepass', 'hunter2'] });
      await start({ secondary: redis(server.url.replace('//', '//:hunter2@')) });
    });

    afterEach(() => server.stop());

    it('is up before, and reports since when', async () => {
      const { code, details, status } = await ask('required');

      expect({ code, status }).to.deep.equal({ code: 200, status: 'ok' });
      expect(details['cache']).to.include({ status: 'up', state: 'up', driver: 'redis', pending: 0 });
      expect(details['cache']?.['since']).to.be.closeTo(Date.now(), 10_000);
    });

    it('stays ready, is degraded, and reports the reason and the pending keys', async () => {
      await server.kill();
      await eventually(sleep, async () => expect((await ask('ready')).details['cache']).to.have.property('state', 'down'));
      await app.get(CacheableService).del('user:1');

      const { code, details, status, text } = await ask('ready');

      expect({ code, status }).to.deep.equal({ code: 200, status: knowsDegraded ? 'degraded' : 'ok' });
      expect(details['cache']).to.include(knowsDegraded ? { status: 'degraded' } : { status: 'up', degraded: true });
      // The value of the application, and the HTTP response that may be stored under the same key.
      expect(details['cache']).to.include({ state: 'down', driver: 'redis', pending: 2 });
      await eventually(sleep, async () => expect((await ask('ready')).details['cache']).to.have.property('reason', 'ECONNREFUSED'));
      expect(text).not.to.contain('hunter2').and.not.to.contain('user:1');
    });

    it('fails where L2 is required, until L2 is back', async () => {
      await server.kill();
      await eventually(sleep, async () => expect(await ask('required')).to.include({ code: 503, status: 'error' }));
      expect(await ask('live')).to.include({ code: 200, status: 'ok' });

      await server.restart();

      await eventually(sleep, async () => expect(await ask('required')).to.include({ code: 200, status: 'ok' }));
    });
  });
});
