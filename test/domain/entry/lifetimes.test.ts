import { expect } from 'chai';
import { restore, stub } from 'sinon';
import type { CacheError } from '../../../src/domain/cache-error';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('Cache: lifetimes', () => {
  const build = caches();

  it('keeps an entry fresh for five minutes in both tiers by default', async () => {
    const one = build();
    await one.cache.set('a', 1);

    await one.clock.advance(299_999);
    expect(await one.cache.get('a')).to.equal(1);
    await one.clock.advance(1);

    expect(await one.cache.get('a')).to.equal(undefined);
    expect(await one.cache.has('a')).to.equal(false);
    expect(one.inL2('a')).to.equal(undefined);
  });

  it('takes the ttl of a call before that of the cache', async () => {
    const one = build({ ttl: '1m' });
    await one.cache.set('a', 1, '10s');
    await one.cache.set('b', 1, { ttl: 5_000 });
    await one.cache.wrap('c', () => 1, '20s');
    await one.cache.setMany([{ key: 'd', value: 1, ttl: '3s' }]);

    const lives = ['a', 'b', 'c', 'd'].map((key) => one.store.peek(one.remoteKey(key))?.ttlMs);

    expect(lives).to.deep.equal([10_000, 5_000, 20_000, 3_000]);
  });

  it('keeps an entry for thirty days', async () => {
    const one = build({ hearsOthers: true });
    await one.cache.set('a', 1, '30d');

    await one.clock.advance(30 * dayMs - 1);
    expect(one.cache.peek('a')).to.equal(1);
    await one.clock.advance(1);
    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it("keeps an entry without end when 'forever' is asked for", async () => {
    const one = build({ hearsOthers: true });
    await one.cache.set('a', 1, 'forever');
    one.plant('b', 2, 'forever');

    await one.clock.advance(10_000 * dayMs);

    expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([1, 2]);
    expect(one.inL2('a')?.value).to.equal(1);
  });

  for (const ttl of [0, -1, NaN, Infinity, '0s', '5 minutes', Number.MAX_SAFE_INTEGER]) {
    it(`refuses ${ttl} as the ttl of a call, before anything is written`, async () => {
      const one = build();
      await one.cache.set('a', 'older');
      const given = { ttl: ttl as number };

      const calls = [() => one.cache.set('a', 1, given), () => one.cache.set('a', 1, given.ttl), () => one.cache.wrap('b', () => 1, given)];
      for (const call of calls) expect(await rejectionOf(call())).to.have.property('code', 'CACHE_OPTION_INVALID');

      expect(await one.cache.getMany(['a', 'b'])).to.deep.equal(['older', undefined]);
    });
  }

  it('refuses an option that means nothing to the call', async () => {
    const { cache } = build();

    expect(await rejectionOf(cache.set('a', 1, { softTimeout: '1s' } as object)))
      .to.have.property('message')
      .that.includes('softTimeout');
    expect(await rejectionOf(cache.wrap('a', () => 1, { whenUnreachable: 'reject' } as object)))
      .to.have.property('message')
      .that.includes('whenUnreachable');
  });

  it('lists every problem with the options of a call in one error', async () => {
    const { cache } = build();
    const wrong = { ttl: 0, jitter: -1, tagz: ['a'], tags: 'a', whenUnreachable: 'throw' } as object;

    const { message } = (await rejectionOf(cache.set('a', 1, wrong))) as CacheError;

    expect(message).to.match(/^set: /);
    for (const path of ['ttl:', 'jitter:', 'tagz:', 'tags:', 'whenUnreachable:']) expect(message).to.include(path);
  });

  it('lets no entry of another process live longer than maxTtl of this one, for has as for get', async () => {
    const one = build({ maxTtl: '1m' });
    one.plant('a', 1, '1h', 30_000);
    expect([await one.cache.has('a'), await one.cache.get('a')]).to.deep.equal([true, 1]);
    one.plant('b', 1, '1h', 60_000);

    expect([await one.cache.has('b'), await one.cache.get('b')]).to.deep.equal([false, undefined]);
  });

  it('lets no entry live longer than maxTtl, whatever its ttl and jitter', async () => {
    const one = build({ maxTtl: '1m', jitter: '1h' });
    one.drawn = 0.9;
    await one.cache.set('a', 1, 'forever');
    await one.cache.wrap('b', () => 1, '59s');

    await one.clock.advance(60_000);

    expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined]);
    expect([one.inL2('a'), one.inL2('b')]).to.deep.equal([undefined, undefined]);
  });

  it('draws jitter once per write and gives both tiers the same', async () => {
    const one = build({ ttl: '10s', jitter: '4s', hearsOthers: true });
    one.drawn = 0.5;
    await one.cache.set('a', 1);
    one.drawn = 0.25;
    await one.cache.set('b', 1);

    expect([one.store.peek(one.remoteKey('a'))?.ttlMs, one.store.peek(one.remoteKey('b'))?.ttlMs]).to.deep.equal([12_000, 11_000]);
    await one.clock.advance(11_000);
    expect([one.cache.peek('a'), one.cache.peek('b')]).to.deep.equal([1, undefined]);
    await one.clock.advance(1_000);
    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it('takes a jitter below 1 for a fraction of the ttl', async () => {
    const one = build({ ttl: '10s', jitter: 0.2 });
    one.drawn = 0.5;
    await one.cache.set('a', 1);

    expect(one.store.peek(one.remoteKey('a'))?.ttlMs).to.equal(11_000);
  });

  it('adds grace to the ttl: L2 keeps the entry as long as it may be served stale', async () => {
    const one = build({ ttl: '10s', staleWhileRevalidate: '50s' });
    await one.cache.set('a', 1);

    expect(one.store.peek(one.remoteKey('a'))?.ttlMs).to.equal(60_000);
    await one.clock.advance(10_000);
    expect([await one.cache.get('a'), await one.cache.has('a'), one.cache.peek('a')]).to.deep.equal([undefined, false, undefined]);
  });

  describe('copied back from L2', () => {
    it('lives for the rest of its ttl in L2, and no longer', async () => {
      const one = build({ hearsOthers: true });
      one.plant('a', 1, '10s', 4_000);
      await one.cache.get('a');

      await one.clock.advance(5_999);
      expect(one.cache.peek('a')).to.equal(1);
      await one.clock.advance(1);
      expect(one.cache.peek('a')).to.equal(undefined);
    });

    it('lives for its L1 ttl if that is shorter, in every process', async () => {
      const one = build({ ttl: { primary: '1m', secondary: '1h' } });
      one.plant('a', 1, { ttl: { primary: '2s', secondary: '1h' } }, 60_000);
      await one.cache.get('a');

      await one.clock.advance(1_999);
      expect(one.cache.peek('a')).to.equal(1);
      await one.clock.advance(1);
      expect(one.cache.peek('a')).to.equal(undefined);
      expect(await one.cache.get('a')).to.equal(1);
    });

    it('keeps the L1 ttl of its writer also where that is longer than 30 seconds', async () => {
      const one = build();
      one.plant('a', 1, { ttl: { primary: '2m', secondary: '1h' } });
      await one.cache.get('a');

      await one.clock.advance(119_999);
      expect(one.cache.peek('a')).to.equal(1);
      await one.clock.advance(1);
      expect(one.cache.peek('a')).to.equal(undefined);
    });
  });

  describe('without a bus', () => {
    it('asks L2 again after 30 seconds', async () => {
      const one = build();
      await one.cache.set('a', 'ours');
      await one.clock.advance(29_999);
      one.plant('a', 'theirs');
      expect(await one.cache.get('a')).to.equal('ours');

      await one.clock.advance(1);

      expect(await one.cache.get('a')).to.equal('theirs');
    });

    it('notices a delete elsewhere after 30 seconds, also for an entry that was copied back', async () => {
      const one = build();
      one.plant('a', 1);
      await one.cache.get('a');
      await one.store.delete([one.remoteKey('a')]);

      await one.clock.advance(30_000);

      expect(await one.cache.get('a')).to.equal(undefined);
    });

    it('trusts L1 for longer with a longer ttl.primary', async () => {
      const one = build({ ttl: { primary: '4m', secondary: '5m' } });
      await one.cache.set('a', 1);

      await one.clock.advance(239_999);

      expect(one.cache.peek('a')).to.equal(1);
    });

    it("trusts L1 without end with the ttl 'forever' for both tiers", async () => {
      const one = build({ ttl: { primary: 'forever', secondary: 'forever' } });
      await one.cache.set('a', 1);

      await one.clock.advance(dayMs);

      expect(one.cache.peek('a')).to.equal(1);
    });

    it('trusts L1 until an entry expires if there is no L2', async () => {
      const one = build({ l2: 'none' });
      await one.cache.set('a', 1);

      await one.clock.advance(299_999);

      expect(await one.cache.get('a')).to.equal(1);
    });
  });

  describe('when the wall clock jumps', () => {
    it('neither revives nor prolongs the entries of L1', async () => {
      const one = build({ ttl: '10s' });
      await one.cache.set('a', 1);
      await one.clock.advance(9_000);

      one.clock.jumpWall(-hourMs);

      expect(one.cache.peek('a')).to.equal(1);
      await one.clock.advance(1_000);
      expect(one.cache.peek('a')).to.equal(undefined);
    });

    it('does not expire the entries of L1', async () => {
      const one = build({ ttl: '10s' });
      await one.cache.set('a', 1);

      one.clock.jumpWall(hourMs);

      expect(one.cache.peek('a')).to.equal(1);
    });

    it('keeps an entry of L2 for its ttl at most, however far back the clock went', async () => {
      const one = build({ ttl: '10s', hearsOthers: true });
      one.plant('a', 1);
      one.clock.jumpWall(-hourMs);
      await one.cache.get('a');

      await one.clock.advance(9_999);
      expect(one.cache.peek('a')).to.equal(1);
      await one.clock.advance(1);
      expect(one.cache.peek('a')).to.equal(undefined);
    });
  });

  it('asks L2 on every read with a ttl.primary of 0', async () => {
    const one = build({ ttl: { primary: 0, secondary: '1h' }, hearsOthers: true, staleIfError: '1h' });
    await one.cache.set('a', 'old');
    one.plant('a', 'new', { ttl: { primary: 0, secondary: '1h' } });

    expect([one.cache.peek('a'), await one.cache.get('a'), await one.cache.wrap('a', () => 'loaded')]).to.deep.equal([
      undefined,
      'new',
      'new',
    ]);
    expect(one.calls('getMany') + one.calls('get')).to.equal(2);
    one.driver.goAway();
    expect(await one.cache.get('a')).to.equal('new');
  });

  it('returns the value that L2 has just returned, however short its L1 ttl', async () => {
    const one = build({ ttl: { primary: 1, secondary: '5m' } });
    await one.cache.start();
    one.plant('a', 1);
    let now = one.clock.elapsed();
    stub(one.clock, 'elapsed').callsFake(() => (now += 5));

    expect([await one.cache.get('a'), await one.cache.wrap('a', () => 'loaded')]).to.deep.equal([1, 1]);
    restore();
  });
});
