import { expect } from 'chai';
import { redis } from '../../src/adapters/redis';
import { createCache } from '../../src/create-cache';
import { TestServer } from '../support/servers';

const count = 20_000;
const key = (i: number): string => `k${i}`;

describe('Calls with 20 000 keys', () => {
  let server: TestServer;

  before(async () => {
    server = await TestServer.start('redis');
  });

  after(() => server.stop());

  it('neither open the circuit breaker nor leave pending keys', async function () {
    this.timeout(60_000);
    const cache = createCache({ namespace: 'many', secondary: redis(server.url), ttl: { primary: 0, secondary: '5m' } });
    const reasons: string[] = [];
    cache.on('down', ({ reason }) => reasons.push(reason));
    await cache.start();
    try {
      const keys = Array.from({ length: count }, (_, i) => key(i));
      await cache.setMany(keys.map((one) => ({ key: one, value: { text: one.repeat(100) } })));
      const found = await cache.getMany(keys);
      await cache.delMany(keys.slice(1));
      await Promise.all(keys.map((one, i) => cache.set(one, i)));
      const single = await Promise.all(keys.map((one) => cache.get(one)));

      const { state, breaker, pending } = cache.health().l2 ?? {};
      expect([state, breaker, pending, reasons]).to.deep.equal(['up', 'closed', 0, []]);
      expect(found.filter((value) => value !== undefined)).to.have.lengthOf(count);
      expect(single).to.deep.equal(keys.map((_, i) => i));
    } finally {
      await cache.close();
    }
  });
});
