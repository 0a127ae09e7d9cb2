import { expect } from 'chai';
import type { ExplainedEntry } from '../../../src/domain/reading/explain';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';

describe('Cache: explain', () => {
  const build = caches();

  it('says which tier has the entry, how old it is, and how long it lives', async () => {
    const one = build({ ttl: '10s' });
    await one.cache.set('a', 1, { tags: ['t'] });
    await one.clock.advance(4_000);

    const { isPending, key, l1, l2, times } = await one.cache.explain('a');

    expect(key).to.deep.equal(one.cache.inspectKey('a'));
    expect(l1).to.deep.include({ value: 1, ageMs: 4_000, ttlMs: 6_000, isStale: false, tags: ['t'] });
    expect(l2).to.deep.include({ state: 'fresh', rejection: undefined, ageMs: 4_000, ttlMs: 6_000 });
    expect((l2 as ExplainedEntry).tags.map(({ name }) => name)).to.deep.equal(['t']);
    expect([isPending, times?.cleared]).to.deep.equal([false, 0]);
  });

  it('says that neither has it, or that there is no L2', async () => {
    expect(await build().cache.explain('a')).to.include({ l1: undefined, l2: 'absent', isPending: false });
    expect(await build({ l2: 'none' }).cache.explain('a')).to.include({ l1: undefined, l2: 'none' });
  });

  const states: Readonly<Record<string, (one: CacheUnderTest) => Promise<unknown>>> = {
    stale: (one) => one.clock.advance(11_000),
    dead: async (one) => {
      await one.clock.advance(21_000);
      one.store.plant(one.remoteKey('a'), payload);
    },
    cleared: (one) => one.cache.clear(),
    removed: (one) => one.cache.delByTag('t'),
    expired: (one) => one.cache.delByTag(['t'], { mode: 'expire' }),
  };
  let payload = '';
  for (const [state, change] of Object.entries(states)) {
    it(`says that the entry of L2 is ${state}`, async () => {
      const one = build({ ttl: '10s', staleWhileRevalidate: '10s' });
      await one.cache.set('a', 1, { tags: ['t'] });
      payload = one.store.peek(one.remoteKey('a'))!.payload;
      await change(one);

      expect((await one.cache.explain('a')).l2).to.include({ state });
    });
  }

  it('says why a payload is rejected, and leaves it where it is', async () => {
    const one = build();
    one.store.plant(one.remoteKey('a'), 'foreign');

    expect((await one.cache.explain('a')).l2).to.include({ state: 'rejected', rejection: 'malformed', ageMs: undefined });
    await one.settle();
    expect(one.store.peek(one.remoteKey('a'))?.payload).to.equal('foreign');
  });

  it('says that L2 is out of reach, and that the key or a tag of it is pending', async () => {
    const one = build({ breaker: false });
    await one.cache.set('a', 1, { tags: ['t'] });
    await one.cache.set('b', 1);
    one.store.refuseWrites();
    await one.cache.delByTag('t');
    await one.cache.del('b');

    expect([await one.cache.explain('a'), await one.cache.explain('b')].map(({ isPending }) => isPending)).to.deep.equal([true, true]);
    one.driver.goAway();
    expect((await one.cache.explain('b')).l2).to.equal('unreachable');
  });

  it('counts and changes nothing', async () => {
    const one = build();
    await one.cache.set('a', 1);
    const [before, calls] = [one.cache.stats(), one.calls()];
    await one.cache.explain('a');

    expect(one.cache.stats()).to.deep.equal(before);
    expect(one.calls('get')).to.equal(1);
    expect(one.calls()).to.equal(calls + 1);
  });

  it('says that a process is loading the key, and that it was expired', async () => {
    const one = build();
    one.plant('b', 'older');
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise);
    await one.settle();
    expect(await one.cache.explain('a')).to.include({ l2: 'absent', isLeased: true });
    resolve('loaded');
    await value;
    await one.settle();
    expect((await one.cache.explain('a')).isLeased).to.equal(false);

    await one.cache.expire('b');
    expect((await one.cache.explain('b')).l2).to.include({ state: 'expired' });
  });
});
