import { expect } from 'chai';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';

const many = Array.from({ length: 10_000 });

describe('Cache: stampede', () => {
  const build = caches();

  it('makes one L2 read and one load for ten thousand callers', async () => {
    const one = build();
    await one.cache.start();
    const { promise, resolve } = deferred<string>();
    let loads = 0;
    const load = () => {
      loads += 1;
      return promise;
    };

    const waiting = many.map(() => one.cache.wrap('a', load));
    await one.settle();
    resolve('loaded');

    expect(new Set(await Promise.all(waiting))).to.deep.equal(new Set(['loaded']));
    expect([loads, one.calls('get'), one.calls('set')]).to.deep.equal([1, 1, 1]);
  });

  it('reads L2 once, and loads nothing, if it has the value', async () => {
    const one = build();
    one.plant('a', 'of L2');

    const values = await Promise.all(many.map(() => one.cache.wrap('a', () => 'loaded')));

    expect([new Set(values), one.calls('get')]).to.deep.equal([new Set(['of L2']), 1]);
  });

  it('makes one load while L2 is away', async () => {
    const one = build();
    await one.cache.start();
    one.driver.goAway();
    let loads = 0;

    await Promise.all(many.map(() => one.cache.wrap('a', async () => (loads += 1))));

    expect(loads).to.equal(1);
  });

  for (const reason of [new Error('no database'), undefined]) {
    it(`gives every waiting caller the same rejection: ${String(reason)}`, async () => {
      const one = build();
      const { promise, reject } = deferred<never>();
      const waiting = many.map(() => one.cache.wrap('a', () => promise));
      await one.settle();
      reject(reason);

      const outcomes = await Promise.allSettled(waiting);

      expect(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason === reason)).to.equal(true);
    });
  }

  it('applies the options of the first caller to all that share its load', async () => {
    const one = build();
    const { promise, resolve } = deferred<number>();
    const waiting = [one.cache.wrap('a', () => promise, '10s'), one.cache.wrap('a', () => promise, '1h')];
    resolve(1);
    await Promise.all(waiting);

    expect(one.store.peek(one.remoteKey('a'))?.ttlMs).to.equal(10_000);
  });

  it('keeps the same key of two namespaces apart', async () => {
    const one = build();
    const orders = one.cache.namespace('orders');

    expect(await Promise.all([one.cache.wrap('a', () => 1), orders.wrap('a', () => 2)])).to.deep.equal([1, 2]);
  });

  it('loads again after a failure, for later callers', async () => {
    const { cache } = build();
    await Promise.allSettled([cache.wrap('a', () => Promise.reject(new Error('once')))]);

    expect(await cache.wrap('a', () => 'loaded')).to.equal('loaded');
  });
});
