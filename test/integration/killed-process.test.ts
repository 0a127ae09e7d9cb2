import { expect } from 'chai';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../adapters/redis/until';
import { createCache } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import { typescriptModules } from '../support/child-modules';
import { TestServer } from '../support/servers';
import { changes } from './fixtures/killed-process';
import { drivers } from './outage/drivers';

const script = join(__dirname, 'fixtures', 'killed-process.ts');
const execArgv = [...typescriptModules];

/** A process takes seconds to start, so one change stands for all where only the client differs. */
const changesOf = (name: string): readonly string[] => (name === 'redis' ? Object.keys(changes) : ['del']);

for (const { name, server: kind, make } of drivers.filter(({ name }) => !name.startsWith('keyv'))) {
  describe(`A process that is killed as soon as its change is answered with 'done' (${name})`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let caches: Cache[];

    before(async () => {
      server = await TestServer.start(kind);
    });

    beforeEach(() => {
      caches = [];
    });

    afterEach(() => Promise.all(caches.map((cache) => cache.close())));

    after(() => server.stop());

    /** A process that has the old value in its L1. */
    const reader = async (namespace: string): Promise<Cache> => {
      const cache = createCache({ namespace, secondary: make(server.url), logger: false });
      caches.push(cache);
      await cache.start();
      await cache.set('a', 'old', { tags: ['t'] });
      await until('it hears the bus', () => cache.health().l2?.bus === 'up');
      return cache;
    };

    it(`has notified the others of each ${changesOf(name).join(', ')}`, async () => {
      await Promise.all(
        changesOf(name).map(async (change) => {
          const cache = await reader(change);
          expect(cache.peek('a')).to.equal('old');
          const [, signal] = (await once(fork(script, [name, server.url, change], { execArgv }), 'exit')) as [unknown, string | null];

          expect(signal, change).to.equal('SIGKILL');
          await until(`the other process has heard of the ${change}`, () => cache.peek('a') === undefined);
          expect(await cache.get('a'), change).to.equal(change === 'set' ? 'new' : undefined);
        }),
      );
    });
  });
}
