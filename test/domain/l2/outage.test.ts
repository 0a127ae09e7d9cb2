import { expect } from 'chai';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

describe('Cache: while L2 is away', () => {
  const build = caches();

  async function buildDown(options?: UnderTestOptions): Promise<CacheUnderTest> {
    const one = build(options);
    await one.cache.start();
    one.driver.goAway('connection refused');
    return one;
  }

  it('does not call it', async () => {
    const one = await buildDown();

    await one.cache.get('a');
    await one.cache.has('a');
    await one.cache.wrap('b', () => 1);
    await one.cache.set('c', 1);
    await one.cache.del('d');
    await one.cache.clear();

    expect(one.calls()).to.equal(0);
  });

  it("is the only time when whenUnreachable: 'reject' rejects", async () => {
    const one = build();

    expect(await one.cache.set('a', 1, { whenUnreachable: 'reject' })).to.equal('done');
    expect([one.cache.peek('a'), one.inL2('a')?.value]).to.deep.equal([1, 1]);
  });

  it('answers from L1, and otherwise with a miss', async () => {
    const one = build();
    await one.cache.set('a', 1);
    one.plant('b', 2);
    one.driver.goAway();

    expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([1, undefined]);
    expect([await one.cache.has('a'), await one.cache.has('b')]).to.deep.equal([true, false]);
  });

  it('answers from the loader, and keeps the value for degradedTtl', async () => {
    const one = await buildDown();
    let loads = 0;
    const load = () => (loads += 1);

    expect([await one.cache.wrap('a', load), await one.cache.wrap('a', load)]).to.deep.equal([1, 1]);
    await one.clock.advance(4_999);
    expect(await one.cache.wrap('a', load)).to.equal(1);
    await one.clock.advance(1);

    expect(await one.cache.wrap('a', load)).to.equal(2);
    expect(one.cache.health().l2?.pending).to.equal(0);
  });

  describe('set', () => {
    it("answers 'pending', remembers the key, and keeps the value for degradedTtl", async () => {
      const one = await buildDown({ degradedTtl: '3s' });
      const [sets, pending] = [one.listen('set'), one.listen('pending')];

      expect(await one.cache.set('a', 1)).to.equal('pending');

      await one.clock.advance(2_999);
      expect(one.cache.peek('a')).to.equal(1);
      await one.clock.advance(1);
      expect(one.cache.peek('a')).to.equal(undefined);
      expect([sets, pending]).to.deep.equal([[{ key: 'a', outcome: 'pending' }], [{ key: 'a' }]]);
      expect(one.cache.health().l2?.pending).to.equal(1);
    });

    it('keeps the value no longer than its own ttl', async () => {
      const one = await buildDown();
      await one.cache.set('a', 1, '1s');

      await one.clock.advance(1_000);

      expect(one.cache.peek('a')).to.equal(undefined);
    });

    it("changes nothing with whenUnreachable: 'reject'", async () => {
      const one = build();
      await one.cache.set('a', 'older');
      one.driver.goAway();

      const reason = await rejectionOf(one.cache.set('a', 'newer', { whenUnreachable: 'reject' }));

      expect(reason).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
      expect([one.cache.peek('a'), one.inL2('a')?.value, one.cache.health().l2?.pending]).to.deep.equal(['older', 'older', 0]);
    });
  });

  describe('del and clear', () => {
    it("answer 'pending', never 'done', and count at once in this process", async () => {
      const one = build();
      const orders = one.cache.namespace('orders');
      for (const cache of [one.cache, orders]) await cache.set('a', 1);
      one.driver.goAway();

      expect([await one.cache.del('a'), await orders.clear()]).to.deep.equal(['pending', 'pending']);

      expect([one.cache.peek('a'), orders.peek('a')]).to.deep.equal([undefined, undefined]);
      expect(one.cache.health().l2?.pending).to.equal(Infinity);
    });

    it("answer 'pending' when one of many is", async () => {
      const one = await buildDown();

      expect(await one.cache.delMany(['a', 'b'])).to.equal('pending');
      expect(await one.cache.setMany([{ key: 'a', value: 1 }])).to.equal('pending');
    });
  });

  it('is logged once, for single calls only at debug and once a second, and is an event and a metric', async () => {
    const one = build();
    const downs = one.listen('down');
    await one.cache.start();
    one.driver.goAway('connection refused');
    one.probe.down('still refused');
    for (let call = 0; call < 3; call++) await one.cache.get('a');

    expect(downs).to.deep.equal([{ reason: 'connection refused' }]);
    expect(one.logger.messages('warn')).to.deep.equal([
      'L2 (fake) is offline: connection refused; L1 and the loaders answer until it is back',
    ]);
    expect(one.logger.messages('debug')).to.deep.equal(['L2 (fake) is offline: a call was answered without it']);
    expect(one.metrics.filter(({ name }) => name === 'tier').at(-1)).to.deep.equal({ name: 'tier', state: 'down' });
  });

  it('reports its health', async () => {
    const one = await buildDown();
    const since = one.clock.now();
    await one.clock.advance(5_000);

    expect(one.cache.health()).to.deep.equal({
      status: 'degraded',
      l2: { state: 'down', since, reason: 'connection refused', driver: 'fake', pending: 0, breaker: undefined, bus: undefined },
    });
  });

  it('takes a failing call for a miss, and a failing write for pending, also before the probe notices', async () => {
    const one = build();
    await one.cache.start();
    one.store.fail();

    expect(await one.cache.get('a')).to.equal(undefined);
    expect(await one.cache.has('a')).to.equal(false);
    expect(await one.cache.wrap('b', () => 'loaded')).to.equal('loaded');
    expect([await one.cache.set('c', 1), await one.cache.del('d'), await one.cache.clear()]).to.deep.equal(Array(3).fill('pending'));
    expect(await rejectionOf(one.cache.set('e', 1, { whenUnreachable: 'reject' }))).to.have.property('code', 'CACHE_TIER_UNAVAILABLE');
  });

  it('does not log the error of a call in a warning: it may hold a value', async () => {
    const one = build();
    await one.cache.start();
    one.store.fail(new Error('SET a-secret'));

    await one.cache.set('a', 1);

    for (const { level, message } of one.logger.lines) if (level !== 'debug') expect(message).to.not.include('a-secret');
  });
});
