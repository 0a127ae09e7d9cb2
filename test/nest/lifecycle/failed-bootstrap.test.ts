import { Module, type DynamicModule } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableModule, type CacheableModuleOptions } from '../../../src/nest';
import { rejectionOf } from '../../builders/rejection-of';
import { until } from '../../adapters/redis/until';
import { drivers } from '../../integration/outage/drivers';
import { freePort } from '../../support/free-port';
import { TestServer } from '../../support/servers';
import { bootstrap } from '../module/bootstrap';

@Module({ providers: [{ provide: 'BROKEN', useFactory: () => Promise.reject(new Error('the database is away')) }] })
class BrokenModule {}

for (const { name, server: kind, make } of drivers) {
  describe(`A bootstrap that fails, with a cache on ${name}`, () => {
    let server: TestServer;

    before(async () => {
      server = await TestServer.start(kind);
    });

    after(() => server.stop());

    const cacheOn = (url: string, options: CacheableModuleOptions = {}): DynamicModule =>
      CacheableModule.register({ secondary: make(url), logger: false, deadlines: { close: 300 }, ...options });
    const noClientIsConnected = (): Promise<void> =>
      until('the server has no client of it', async () => (await server.cli('CLIENT', 'LIST')).split('\n').length === 1);

    it('leaves nothing open when the required server is unreachable', async () => {
      const away = `redis://127.0.0.1:${await freePort()}`;
      const required = { name: 'required', startup: 'require', startupTimeout: '200ms' } as const;

      const error = await rejectionOf(bootstrap([cacheOn(server.url), cacheOn(away, required)]));

      expect(error).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
      await noClientIsConnected();
    });

    it('leaves nothing open when something else fails', async () => {
      const error = await rejectionOf(bootstrap([cacheOn(server.url), BrokenModule]));

      expect(error).to.have.property('message', 'the database is away');
      await noClientIsConnected();
    });
  });
}
