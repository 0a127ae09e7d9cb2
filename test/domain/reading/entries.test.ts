import { expect } from 'chai';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';

const fresh = { isStale: false, outcome: undefined, tags: [] };

describe('Cache: getEntry', () => {
  const build = caches();

  it('returns the tier, the age and the rest of the ttl', async () => {
    const one = build({ ttl: 1_000 });
    await one.cache.set('a', 'written here');
    one.plant('b', 'written elsewhere', undefined, 300);
    await one.clock.advance(100);

    expect(await one.cache.getEntry('a')).to.deep.equal({ ...fresh, value: 'written here', from: 'l1', ageMs: 100, ttlMs: 900 });
    expect(await one.cache.getEntry('b')).to.deep.equal({ ...fresh, value: 'written elsewhere', from: 'l2', ageMs: 400, ttlMs: 600 });
    expect(await one.cache.getEntry('b')).to.include({ from: 'l1', ageMs: 400, ttlMs: 600 });
  });

  it('returns undefined for an unknown key, and counts it as get does', async () => {
    const one = build();
    const [hits, misses] = [one.listen('hit'), one.listen('miss')];
    await one.cache.set('a', null);

    expect(await one.cache.getEntry('a')).to.include({ value: null, from: 'l1' });
    expect(await one.cache.getEntry('b')).to.equal(undefined);

    expect([hits, misses]).to.deep.equal([[{ key: 'a', tier: 'l1' }], [{ key: 'b' }]]);
  });

  it('has no end where the ttl has none', async () => {
    const one = build();
    await one.cache.set('a', 1, 'forever');

    expect((await one.cache.getEntry('a'))?.ttlMs).to.equal(Infinity);
  });

  it('marks a value as stale that it returns while L2 is away', async () => {
    const one = build({ ttl: 1_000, staleIfError: '1h' });
    await one.cache.set('a', 1, { tags: ['t'] });
    await one.clock.advance(1_500);
    one.driver.goAway();

    expect(await one.cache.getEntry('a')).to.deep.equal({
      value: 1,
      from: 'l1',
      isStale: true,
      outcome: undefined,
      ageMs: 1_500,
      ttlMs: 0,
      tags: ['t'],
    });
  });
});

describe('Cache: wrapEntry', () => {
  const build = caches();

  it('distinguishes a loaded value from a cached one', async () => {
    const one = build({ ttl: 1_000 });

    expect(await one.cache.wrapEntry('a', () => 1, { tags: ['t'] })).to.deep.equal({
      value: 1,
      from: 'loader',
      isStale: false,
      outcome: 'stored',
      ageMs: 0,
      ttlMs: 1_000,
      tags: ['t'],
    });
    expect(await one.cache.wrapEntry('a', () => 2)).to.deep.equal({ ...fresh, value: 1, from: 'l1', ageMs: 0, ttlMs: 1_000, tags: ['t'] });
  });

  it('gives all callers of one load the same entry', async () => {
    const one = build();
    const { promise, resolve } = deferred<number>();
    const waiting = [one.cache.wrapEntry('a', () => promise), one.cache.wrapEntry('a', () => promise)];
    resolve(1);

    expect((await Promise.all(waiting)).map(({ from, outcome }) => [from, outcome])).to.deep.equal([
      ['loader', 'stored'],
      ['loader', 'stored'],
    ]);
  });

  it('says when a loaded value was stored nowhere, and why', async () => {
    const one = build();
    const skipped = await one.cache.wrapEntry('a', (context) => {
      context.skip();
      return 1;
    });
    const fenced = await one.cache.wrapEntry('a', async () => {
      await one.cache.del('a');
      return 2;
    });

    expect(skipped).to.include({ value: 1, outcome: 'skipped', ttlMs: 0 });
    expect(fenced).to.include({ value: 2, outcome: 'fenced', ttlMs: 0 });
  });

  it('marks a value as stale that is refreshed in the background', async () => {
    const one = build({ ttl: 1_000, staleWhileRevalidate: '1h' });
    await one.cache.set('a', 1);
    await one.clock.advance(1_500);

    expect(await one.cache.wrapEntry('a', () => 2)).to.include({ value: 1, isStale: true, ageMs: 1_500, ttlMs: 0, outcome: undefined });
    await one.background.idle();
    expect(await one.cache.wrapEntry('a', () => 3)).to.include({ value: 2, isStale: false });
  });

  it('loads ahead of time as wrap does', async () => {
    const one = build({ ttl: 1_000 });
    await one.cache.set('a', 1);
    await one.clock.advance(900);

    expect(await one.cache.wrapEntry('a', () => 2, { refreshAhead: 0.5 })).to.include({ value: 1, isStale: false, ttlMs: 100 });
    await one.background.idle();

    expect(one.cache.peek('a')).to.equal(2);
  });
});

describe('Cache: stopRefreshes', () => {
  const build = caches();

  it('makes no background loads any more, and every load that a caller waits for', async () => {
    const one = build({ ttl: 1_000, staleWhileRevalidate: '1h' });
    await one.cache.set('a', 1);
    await one.clock.advance(1_500);
    one.cache.stopRefreshes();

    expect(await one.cache.wrap('a', () => 2)).to.equal(1);
    await one.background.idle();
    expect(await one.cache.wrap('a', () => 3)).to.equal(1);
    expect(await one.cache.wrap('b', () => 4)).to.equal(4);
  });

  it('lets a refresh that was begun come to its end', async () => {
    const one = build({ ttl: 1_000, staleWhileRevalidate: '1h' });
    const { promise, resolve } = deferred<number>();
    await one.cache.set('a', 1);
    await one.clock.advance(1_500);
    await one.cache.wrap('a', () => promise);

    one.cache.stopRefreshes();
    resolve(2);
    await one.background.idle();

    expect(one.cache.peek('a')).to.equal(2);
  });
});
