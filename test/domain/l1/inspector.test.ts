import { expect } from 'chai';
import { createCache } from '../../../src/create-cache';
import { testKey } from '../../../src/testing/suite-tools';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

describe('Cache: inspector', () => {
  const build = caches();

  it('lists the keys of its namespace as the sanitizer left them', async () => {
    const one = build();
    await one.cache.set('a b', 1);
    await one.cache.set('c', 2);
    await one.cache.namespace('orders').set('d', 3);

    expect([...one.cache.inspector().keys()]).to.have.members([one.cache.inspectKey('a b').l1, 'c']);
    expect([...one.cache.namespace('orders').inspector().keys()]).to.deep.equal(['d']);
  });

  it('returns the value, its age, the rest of its ttl and its tags', async () => {
    const one = build();
    await one.cache.set('a', { name: 'Ada' }, { ttl: 1_000, staleIfError: 5_000, tags: ['t', 'u v'] });
    await one.cache.set('endless', 1, 'forever');
    await one.clock.advance(300);

    const [a, endless] = [testKey('a'), testKey('endless')].map((key) => one.cache.inspector().entry(key));
    await one.clock.advance(800);
    const stale = one.cache.inspector().entry(testKey('a'));

    expect(a).to.deep.equal({ value: { name: 'Ada' }, isStale: false, ageMs: 300, ttlMs: 700, tags: ['t', 'u%20v'] });
    expect(endless).to.deep.equal({ value: 1, isStale: false, ageMs: 300, ttlMs: Infinity, tags: [] });
    expect(stale).to.deep.equal({ value: { name: 'Ada' }, isStale: true, ageMs: 1_100, ttlMs: 0, tags: ['t', 'u%20v'] });
  });

  it('returns nothing for a key that is not in L1, without a call to L2', async () => {
    const one = build();
    one.plant('a', 1);

    expect(one.cache.inspector().entry(testKey('a'))).to.equal(undefined);

    expect(one.calls()).to.equal(0);
  });

  it('counts nothing', async () => {
    const one = build();
    await one.cache.set('a', 1);
    const before = one.cache.stats();

    one.cache.inspector().entry(testKey('a'));
    one.cache.inspector().entry(testKey('b'));
    expect([...one.cache.inspector().keys()]).to.have.length(1);

    expect(one.cache.stats()).to.deep.equal(before);
  });

  it('deletes by the name that it lists, from both tiers', async () => {
    const one = build();
    await one.cache.set('100 %', 1);
    const [key] = [...one.cache.inspector().keys()];

    const outcome = await one.cache.inspector().delete(key ?? testKey('none'));

    expect([outcome, one.cache.peek('100 %'), await one.cache.get('100 %')]).to.deep.equal(['done', undefined, undefined]);
  });

  it('reports a delete as pending while L2 is away', async () => {
    const one = build();
    await one.cache.set('a', 1);
    one.store.fail();

    expect(await one.cache.inspector().delete(testKey('a'))).to.equal('pending');
  });

  it('refuses to delete once the cache is closed, and lists nothing', async () => {
    const one = build();
    await one.cache.set('a', 1);
    await one.cache.close();

    expect([...one.cache.inspector().keys()]).to.deep.equal([]);
    expect(await rejectionOf(one.cache.inspector().delete(testKey('a')))).to.have.property('code', 'CACHE_CLOSED');
  });

  it('hands out a clone where the cache does', async () => {
    const cache = createCache({ primary: { useClone: true } });
    await cache.set('a', { name: 'Ada' });

    const held = cache.inspector().entry(testKey('a'))?.value as { name: string };
    held.name = 'changed';

    expect([...cache.inspector().keys()]).to.deep.equal(['a']);
    expect(await cache.get('a')).to.deep.equal({ name: 'Ada' });
    await cache.close();
  });
});

describe('Cache: namespaces', () => {
  const build = caches();

  it('lists every namespace, from each of them', () => {
    const { cache } = build({ namespace: 'shop' });
    const orders = cache.namespace('orders');
    const open = orders.namespace('open');
    cache.namespace('orders');

    for (const asked of [cache, orders, open]) expect(asked.namespaces()).to.deep.equal([cache, orders, open]);
    expect(cache.namespaces().map(({ name }) => name)).to.deep.equal(['shop', 'shop:orders', 'shop:orders:open']);
  });
});
