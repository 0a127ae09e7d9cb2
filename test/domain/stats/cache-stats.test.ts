import { expect } from 'chai';

import type { MetricsSource } from '../../../src/ports/metrics-observer';
import { FakeProbe } from '../../../src/testing/fake-probe';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

const fail = () => {
  throw new Error('not our fault');
};

describe('Cache: stats', () => {
  const build = caches();

  it('count reads, writes and the entries of L1, under the names of cacheable', async () => {
    const { cache } = build();
    await cache.set('a', 1);
    await cache.set('b', 2);
    await cache.get('a');
    await cache.get('c');
    await cache.wrap('b', () => 0);
    await cache.wrap('d', () => 4);
    await cache.del('a');

    expect(cache.stats()).to.include({
      hits: 2,
      misses: 2,
      gets: 4,
      sets: 2,
      deletes: 1,
      clears: 0,
      count: 2,
      hitRate: 0.5,
      missRate: 0.5,
    });
    expect(cache.stats().loads).to.deep.equal({ stored: 1, fenced: 0, skipped: 0, failed: 0 });
  });

  it('count no fresh value as a stale one, wherever it is from', async () => {
    const one = build({ staleWhileRevalidate: '1m', staleIfError: '1h' });
    const stale = one.listen('stale');
    one.plant('a', 1);
    for (let i = 0; i < 2; i++) for (const key of ['a', 'b']) await one.cache.wrap(key, () => 2);
    await one.cache.get('a');

    expect(one.cache.stats().staleServed).to.deep.equal({ revalidate: 0, error: 0, unreachable: 0 });
    expect(stale).to.deep.equal([]);
  });

  it('time loads that fail, too', async () => {
    const one = build();
    await one.clock.advance(10_000);
    const { promise, reject } = deferred();
    const failed = rejectionOf(one.cache.wrap('a', () => promise));
    await one.clock.advance(7);
    reject(new Error('no database'));
    await failed;

    expect(one.cache.stats().durations.loadFailed).to.include({ count: 1, sumMs: 7 });
  });

  it('count writes that L2 has not confirmed', async () => {
    const one = build();
    await one.cache.start();
    await one.cache.set('a', 1);
    await one.cache.del('a');
    await one.cache.clear();
    one.store.fail();
    await one.cache.set('a', 1);
    await one.cache.del('a');
    await one.cache.clear();

    expect(one.cache.stats()).to.include({ sets: 2, deletes: 2, clears: 2 });
    expect(one.cache.stats().writes).to.deep.equal({
      set: { done: 1, pending: 1 },
      delete: { done: 1, pending: 1 },
      clear: { done: 1, pending: 1 },
    });
  });

  it('say whether L2 refuses writes, which it does not while it is down', async () => {
    const one = build();
    await one.cache.start();
    const refuses = (): unknown[] => [one.cache.stats().l2?.state, one.cache.stats().l2?.refusesWrites];
    expect(refuses()).to.deep.equal(['up', false]);
    one.store.refuseWrites();
    await one.cache.set('a', 1);
    expect(refuses()).to.deep.equal(['up', true]);
    one.driver.goAway('connection refused');
    expect(refuses()).to.deep.equal(['down', false]);
  });

  it('say whether the bus is up, and nothing of one that there is not', async () => {
    const probe = new FakeProbe();
    probe.start();
    const bus = { probe, noticesWithinMs: 0, publish: () => Promise.resolve(), subscribe: () => Promise.resolve(() => Promise.resolve()) };
    const [one, without] = [build({ bus }), build()];
    for (const { cache } of [one, without]) await cache.start();
    const isUp = ({ cache }: CacheUnderTest): boolean | undefined => cache.stats().l2?.bus.up;

    expect([isUp(one), isUp(without)]).to.deep.equal([true, undefined]);
    probe.down('gone');
    expect(isUp(one)).to.equal(false);
  });

  it('count a miss for each caller whose load fails or takes too long: the hit rate falls while the database is down', async () => {
    const one = build();
    const misses = one.listen('miss');
    const slow = deferred();

    await Promise.allSettled([one.cache.wrap('a', fail), one.cache.wrap('a', fail), one.cache.wrap('b', fail)]);
    const late = rejectionOf(one.cache.wrap('c', () => slow.promise, { hardTimeout: 100 }));
    await one.clock.advance(100);
    await late;
    slow.resolve();
    await one.cache.wrap('d', () => 1);
    await one.cache.get('d');

    expect(one.cache.stats()).to.include({ misses: 5, hits: 1, gets: 6 });
    expect(misses.map(({ key }) => key).sort()).to.deep.equal(['a', 'a', 'b', 'c', 'd']);
  });

  it('count a hit where an old value is served instead of a failure, by whichever way', async () => {
    const one = build({ ttl: '10s', staleIfError: '1h' });
    await one.cache.set('a', 1);
    await one.cache.set('b', 1);
    await one.clock.advance(20_000);

    await one.cache.wrap('a', fail);
    one.store.fail();
    await one.cache.get('b');

    expect(one.cache.stats()).to.include({ misses: 0, hits: 2 });
    expect(one.cache.stats().hitsByTier).to.deep.equal({ l1: 1, l2: 1 });
    expect(one.cache.stats().staleServed).to.deep.equal({ revalidate: 0, error: 1, unreachable: 1 });
  });

  it('count hits by tier', async () => {
    const one = build();
    one.plant('there', 1);

    await one.cache.get('there');
    await one.cache.get('there');

    expect(one.cache.stats().hitsByTier).to.deep.equal({ l1: 1, l2: 1 });
  });

  it('count why entries left L1', async () => {
    const one = build({ primary: { lruSize: 3 }, ttl: '10s' });
    for (const key of ['a', 'b', 'c', 'd']) await one.cache.set(key, 1);
    await one.cache.del('b');
    await one.cache.del('b');
    await one.clock.advance(10_000);
    await one.cache.get('c');
    expect(one.cache.stats().evictions).to.deep.equal({ size: 1, expired: 1, invalidated: 1 });

    await one.cache.clear();

    expect(one.cache.stats().evictions).to.deep.equal({ size: 1, expired: 1, invalidated: 2 });
    expect(one.metrics.filter(({ name }) => name === 'invalidate')).to.deep.equal(Array(2).fill({ name: 'invalidate', count: 1 }));
  });

  it('count the callers that shared a load', async () => {
    const one = build();

    await Promise.all(Array.from({ length: 100 }, () => one.cache.wrap('a', () => 1)));

    expect(one.cache.stats()).to.include({ stampedesAvoided: 99 });
    expect(one.metrics.filter(({ name }) => name === 'join')).to.have.length(99);
  });

  it('count why stale values were served, and how old they were', async () => {
    const one = build({ l2: 'none', ttl: '10s', staleWhileRevalidate: '10s', staleIfError: '1m', retryAfterError: '1s' });
    await one.cache.set('a', 1);
    await one.clock.advance(12_000);
    await one.cache.wrap('a', fail);
    await one.settle();
    await one.clock.advance(18_000);
    await one.cache.wrap('a', fail);

    const { durations, staleServed } = one.cache.stats();

    expect(staleServed).to.deep.equal({ revalidate: 1, error: 1, unreachable: 0 });
    expect([durations.staleRevalidate.sumMs, durations.staleError.sumMs]).to.deep.equal([2_000, 20_000]);
  });

  it('count stale values that were served because L2 was away', async () => {
    const one = build({ hearsOthers: true, ttl: '10s', staleIfError: '1m' });
    await one.cache.set('a', 1);
    one.probe.down();
    await one.clock.advance(15_000);

    await one.cache.get('a');

    expect(one.cache.stats().staleServed).to.deep.equal({ revalidate: 0, error: 0, unreachable: 1 });
    expect(one.metrics.filter(({ name }) => name === 'stale')).to.deep.equal([{ name: 'stale', reason: 'unreachable', ageMs: 5_000 }]);
  });

  it('time each call to L2, and no call that was not sent', async () => {
    const one = build();
    await one.cache.start();
    await one.cache.get('a');
    await one.cache.set('a', 1);
    one.probe.down();
    await one.cache.get('b');
    await one.cache.set('b', 1);

    const { durations, l2 } = one.cache.stats();

    expect([durations.l2Get.count, durations.l2Set.count, durations.l1Set.count]).to.deep.equal([1, 1, 2]);
    expect(l2).to.include({ state: 'down', skipped: 2 });
    expect(l2?.transitions).to.deep.equal({ up: 1, down: 1, recovering: 0 });
  });

  it('count each call that L2 did not answer, or refused', async () => {
    const one = build();
    await one.cache.start();
    one.store.fail();
    await one.cache.get('a');
    await one.cache.set('a', 1);

    expect(one.cache.stats().l2).to.include({ failures: 2, skipped: 0 });
  });

  it('count calls that waited for the first connection in vain as skipped', async () => {
    const opening = deferred();
    const one = build({ driver: { open: () => opening.promise }, deadlines: { read: '250ms', write: '250ms' } });
    const answers = Promise.all([one.cache.get('a'), one.cache.set('a', 1)]);
    await one.clock.advance(250);
    expect(await answers).to.deep.equal([undefined, 'pending']);
    expect(one.cache.stats().l2).to.include({ skipped: 2, failures: 0 });

    const unanswered = one.cache.get('b');
    opening.resolve();
    await unanswered;

    expect(one.cache.stats().l2).to.include({ state: 'down', skipped: 3, failures: 0 });
  });

  it('time a command that reads L2 once, and count all of its readers', async () => {
    const one = build({ batched: true });
    await one.cache.start();
    const recorded: string[] = [];
    one.cache.observe({ observe: (source) => source.onDuration((name) => recorded.push(name)) });

    await Promise.all(Array.from({ length: 50 }, (_, index) => one.cache.get(`k${index}`)));
    await one.cache.get('later');

    expect(one.cache.stats().durations.l2Get.count).to.equal(51);
    expect(recorded).to.deep.equal(['l2Get', 'l2Get', 'l2Get']);
  });

  it('time one L1 hit in 64, which stands for all of them', async () => {
    const one = build();
    await one.cache.set('a', 1);
    const read = async (times: number): Promise<number> => {
      for (let i = 0; i < times; i++) await one.cache.get('a');
      return one.cache.stats().durations.l1Get.count;
    };

    expect(await read(63)).to.equal(0);
    expect(await read(1)).to.equal(64);
    expect(await read(640)).to.equal(704);

    for (let i = 0; i < 100; i++) await one.cache.getEntry('a');
    expect(await read(1)).to.equal(805);
  });

  it('count payload bytes, and calls that exceeded their deadline', async () => {
    const one = build();
    await one.cache.set('a', 'x'.repeat(1_000));
    one.plant('b', 'y'.repeat(500));
    await one.cache.get('b');

    const { payloadBytes } = one.cache.stats();

    expect(payloadBytes.written).to.be.within(1_000, 1_100);
    expect(payloadBytes.read).to.be.within(500, 600);
  });

  it('are a frozen snapshot', async () => {
    const { cache } = build();
    const before = cache.stats();

    await cache.get('a');

    expect(before.misses).to.equal(0);
    expect(before).to.be.frozen;
    expect(before.evictions).to.be.frozen;
    expect(before.durations).to.be.frozen;
  });

  it('belong to one namespace, except those of L2, which all namespaces share', async () => {
    const { cache } = build();
    const orders = cache.namespace('orders');

    await orders.set('a', 1);

    expect([cache.stats().sets, orders.stats().sets]).to.deep.equal([0, 1]);
    expect(orders.stats().l2).to.deep.equal(cache.stats().l2);
  });

  it('are still readable after closing', async () => {
    const { cache } = build();
    await cache.set('a', 1);

    await cache.close();

    expect(cache.stats()).to.include({ sets: 1, count: 0 });
  });
});

describe('Cache: metrics observers', () => {
  const build = caches();

  function observer() {
    const present = new Set<string>();
    return {
      present,
      observe: ({ cache }: MetricsSource) => {
        present.add(cache);
        return () => void present.delete(cache);
      },
    };
  }

  it('see every namespace once, whenever it was made, until the cache closes', async () => {
    const metrics = observer();
    const one = build({ metrics });
    one.cache.namespace('orders');
    one.cache.namespace('orders');
    expect([...metrics.present]).to.deep.equal(['tiercel', 'tiercel:orders']);

    await one.cache.close();

    expect([...metrics.present]).to.deep.equal([]);
  });

  it('can come later, and go earlier', () => {
    const metrics = observer();
    const one = build();
    one.cache.namespace('orders');

    const stop = one.cache.observe(metrics);
    expect([...metrics.present]).to.deep.equal(['tiercel', 'tiercel:orders']);
    stop();
    one.cache.namespace('users');

    expect([...metrics.present]).to.deep.equal([]);
    stop();
  });

  it('see nothing of a cache that is closed', async () => {
    const metrics = observer();
    const one = build();
    await one.cache.close();

    one.cache.observe(metrics);

    expect([...metrics.present]).to.deep.equal([]);
  });

  it('fail no call when they throw, and the error is logged', async () => {
    const one = build({ metrics: { observe: fail } });
    one.cache.namespace('orders');

    await one.cache.set('a', 1);

    expect(await one.cache.get('a')).to.equal(1);
    expect(one.logger.lines.filter(({ level }) => level === 'error')).to.have.length(1);
  });

  it('fail no call when a duration recorder throws, and one line is logged', async () => {
    const one = build({
      metrics: {
        observe: (source) => source.onDuration(fail),
      },
    });

    for (const key of ['a', 'b', 'c']) await one.cache.set(key, 1);

    expect(await one.cache.get('a')).to.equal(1);
    expect(one.logger.lines.filter(({ level }) => level === 'error')).to.have.length(1);
  });
});
