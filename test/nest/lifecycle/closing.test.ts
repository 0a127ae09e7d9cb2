import { expect } from 'chai';
import { connect } from 'node:net';
import { once } from 'node:events';
import { redis } from '../../../src/adapters/redis';
import type { CacheableModuleOptions } from '../../../src/nest';
import { rejectionOf } from '../../builders/rejection-of';
import { until } from '../../adapters/redis/until';
import { drivers } from '../../integration/outage/drivers';
import { FakeClock } from '../../../src/testing';
import { TestServer } from '../../support/servers';
import { platforms, Shop } from './shop';

const closeMs = 300;
/** For a machine that runs other work. */
const busyMs = 4_000;
const deadlines = { close: closeMs };

/** The connection of the client that asks is one of them. */
const clientsOf = async (server: TestServer): Promise<number> => (await server.cli('CLIENT', 'LIST')).split('\n').length - 1;

async function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const reached = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(
    () => false,
  );
  socket.destroy();
  return reached;
}

for (const [platform, newAdapter] of Object.entries(platforms)) {
  describe(`Closing an application on ${platform}`, () => {
    let server: TestServer;

    before(async () => {
      server = await TestServer.start('redis');
    });

    after(() => server.stop());

    it('answers the request in flight from a working cache, and closes the cache after it', async () => {
      const shop = await Shop.open(newAdapter, { secondary: redis(server.url), logger: false });
      const url = await shop.application.getUrl();
      const answer = shop.visit();
      await shop.arrived.promise;

      const closing = shop.application.close();
      await until('it no longer listens', async () => !(await isListening(url)));
      expect(await clientsOf(server)).to.be.above(0);
      shop.released.resolve();

      expect(await answer).to.equal('loaded from loader, late, up');
      await closing;
      expect(shop.cache.health().status).to.equal('closed');
      await until('the server has no client of it', async () => (await clientsOf(server)) === 0);
    });

    it('refreshes nothing in the background while requests drain', async () => {
      const clock = new FakeClock();
      const shop = await Shop.open(newAdapter, { clock, ttl: '1m', staleWhileRevalidate: '1h', logger: false });
      await shop.cache.wrap('price', () => 'old');
      await clock.advance(60_001);
      const refreshes: unknown[] = [];
      shop.cache.on('load', (event) => refreshes.push(event));
      const url = await shop.application.getUrl();
      const answer = shop.visit();
      await shop.arrived.promise;

      const closing = shop.application.close();
      await until('it no longer listens', async () => !(await isListening(url)));
      shop.released.resolve();

      expect(await answer).to.contain('old from l1');
      await closing;
      expect(refreshes).to.deep.equal([]);
    });
  });
}

for (const { name, server: kind, make } of drivers) {
  describe(`Closing an application whose cache is on ${name}`, () => {
    let server: TestServer;

    const open = (options: CacheableModuleOptions = {}): Promise<Shop> =>
      Shop.open(platforms.Express, { secondary: make(server.url), deadlines, logger: false, ...options });

    beforeEach(async () => {
      server = await TestServer.start(kind);
    });

    afterEach(() => server.stop());

    it('leaves a cache that runs the loaders, stores nothing and reopens nothing', async () => {
      const shop = await open();
      const { cache } = shop;
      await cache.set('known', 1);
      await shop.application.close();
      await until('the server has no client of it', async () => (await clientsOf(server)) === 0);
      const before = await server.cli('INFO', 'stats');

      for (const expected of [1, 2]) expect(await cache.wrap('late', () => expected)).to.equal(expected);
      expect(await cache.get('known')).to.equal(undefined);
      expect(await rejectionOf(cache.set('late', 1))).to.have.property('code', 'CACHE_CLOSED');

      expect(await connectionsIn(server)).to.equal(receivedIn(before) + 1);
      expect(await server.cli('KEYS', '*:v1:*')).to.match(/^\S+:v1:known$/);
    });

    it('ends in time although the server is frozen', async () => {
      const shop = await open();
      await shop.cache.set('known', 1);
      server.freeze();
      const asked = shop.cache.get('unknown');
      const began = performance.now();

      await shop.application.close();

      expect(performance.now() - began).to.be.below(2 * closeMs + busyMs);
      expect(await asked).to.equal(undefined);
    });

    it('ends in time although the server was frozen when it started', async () => {
      server.freeze();
      const shop = await open();
      const began = performance.now();

      await shop.application.close();

      expect(performance.now() - began).to.be.below(2 * closeMs + busyMs);
    });
  });
}

const receivedIn = (stats: string): number => Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
const connectionsIn = async (server: TestServer): Promise<number> => receivedIn(await server.cli('INFO', 'stats'));
