import { expect } from 'chai';
import { caches } from '../../builders/caches';

describe('Cache: reads', () => {
  const build = caches();

  it('answers from L1 without asking L2', async () => {
    const one = build();
    await one.cache.set('a', 1);
    one.store.hang();

    expect(await one.cache.get('a')).to.equal(1);
    expect(await one.cache.has('a')).to.equal(true);
    expect(one.calls('get')).to.equal(0);
  });

  it('asks L2 on an L1 miss, and keeps the value', async () => {
    const one = build();
    one.plant('a', 1);

    expect([await one.cache.get('a'), await one.cache.get('a'), one.cache.peek('a')]).to.deep.equal([1, 1, 1]);
    expect(one.calls('get')).to.equal(1);
  });

  it('answers undefined when no tier has the key', async () => {
    const one = build();

    expect([await one.cache.get('a'), one.cache.peek('a'), await one.cache.has('a')]).to.deep.equal([undefined, undefined, false]);
  });

  it('returns undefined for a key that is stale in L2', async () => {
    const one = build();
    one.plant('a', 1, { ttl: '1s', staleWhileRevalidate: '1m' }, 2_000);

    expect([await one.cache.get('a'), await one.cache.has('a')]).to.deep.equal([undefined, false]);
  });

  it('drops an entry of another version from L1 when L2 has none', async () => {
    const one = build({ version: 2 });
    one.plant('a', 1, { version: 1 });
    expect(await one.cache.wrap('a', () => 2, { version: 1 })).to.equal(1);
    expect(one.cache.stats().count).to.equal(1);
    await one.store.delete([one.remoteKey('a')]);

    expect([await one.cache.get('a'), one.cache.stats().count]).to.deep.equal([undefined, 0]);
  });

  it('peeks into L1 alone', () => {
    const one = build();
    one.plant('a', 1);

    expect(one.cache.peek('a')).to.equal(undefined);
    expect(one.calls()).to.equal(0);
  });

  it('looks for a key in L2 without decoding the value', async () => {
    const one = build();
    one.plant('a', 1);
    const { payload } = one.store.peek(one.remoteKey('a'))!;
    one.store.plant(one.remoteKey('a'), payload.replace(/;.*/, ';j{"damaged":'));

    expect(await one.cache.has('a')).to.equal(true);
  });

  it('emits hits, by tier, and misses', async () => {
    const one = build();
    one.plant('b', 2);
    const [hits, misses] = [one.listen('hit'), one.listen('miss')];
    await one.cache.set('a', 1);

    for (const key of ['a', 'b', 'c']) await one.cache.get(key);

    expect(hits).to.deep.equal([
      { key: 'a', tier: 'l1' },
      { key: 'b', tier: 'l2' },
    ]);
    expect(misses).to.deep.equal([{ key: 'c' }]);
    expect(one.metrics.filter(({ name }) => name === 'hit' || name === 'miss')).to.deep.equal([
      { name: 'hit', tier: 'l1' },
      { name: 'hit', tier: 'l2' },
      { name: 'miss' },
    ]);
  });

  it('emits evictions from L1', async () => {
    const one = build({ primary: { lruSize: 2 } });
    const evictions = one.listen('evict');

    for (const key of ['a', 'b', 'c']) await one.cache.set(key, key);

    expect(evictions).to.deep.equal([{ count: 1 }]);
    expect(await one.cache.get('a')).to.equal('a');
  });

  it('works on one tier', async () => {
    const one = build({ l2: 'none' });

    expect(await one.cache.set('a', 1)).to.equal('done');
    expect([await one.cache.get('a'), await one.cache.has('a'), await one.cache.get('b')]).to.deep.equal([1, true, undefined]);
    expect(await one.cache.wrap('c', () => 3)).to.equal(3);
    expect(await one.cache.del('a')).to.equal('done');
    expect(await one.cache.has('a')).to.equal(false);
    expect(await one.cache.clear()).to.equal('done');
    expect(one.cache.peek('c')).to.equal(undefined);
    expect(one.cache.health()).to.deep.equal({ status: 'up', l2: undefined });
  });

  describe('of many keys', () => {
    it('keeps the order, and asks L2 once for all L1 misses', async () => {
      const one = build({ batched: true });
      await one.cache.set('c', 'three');
      one.plant('a', 1);
      one.plant('d', null);
      const before = one.store.calls.length;

      expect(await one.cache.getMany(['d', 'missing', 'c', 'a', 'd'])).to.deep.equal([null, undefined, 'three', 1, null]);

      const asked = one.store.calls.slice(before).map(({ operation, keys }) => [operation, keys]);
      expect(asked).to.deep.equal([['getMany', ['d', 'missing', 'a'].map((key) => one.remoteKey(key))]]);
    });

    it('answers nothing for nothing', async () => {
      const one = build();

      expect(await one.cache.getMany([])).to.deep.equal([]);
      expect([await one.cache.setMany([]), await one.cache.delMany([])]).to.deep.equal(['done', 'done']);
      expect(one.calls()).to.equal(0);
    });

    it('writes and deletes many with one command', async () => {
      const one = build({ batched: true });
      const items = [
        { key: 'a', value: 1 },
        { key: 'b', value: null, ttl: '1s' },
      ] as const;

      expect(await one.cache.setMany(items)).to.equal('done');
      expect([one.inL2('a')?.value, one.inL2('b')?.value]).to.deep.equal([1, null]);
      expect(await one.cache.delMany(['a', 'b'])).to.equal('done');

      expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined]);
      expect(one.store.calls.slice(0, 2).map(({ operation, keys }) => [operation, keys.length])).to.deep.equal([
        ['setMany', 2],
        ['delete', 2],
      ]);
    });
  });
});
