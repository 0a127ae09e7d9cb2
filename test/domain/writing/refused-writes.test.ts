import { expect } from 'chai';
import { stub } from 'sinon';
import { CacheError } from '../../../src/domain/cache-error';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';

describe('Cache: when L2 answers reads and refuses writes', () => {
  const build = caches();

  async function buildRefusing(): Promise<CacheUnderTest> {
    const one = build();
    one.plant('a', 'older');
    one.plant('b', 'untouched');
    await one.cache.start();
    one.store.refuseWrites();
    return one;
  }

  it('is degraded, and says why', async () => {
    const one = await buildRefusing();
    await one.cache.set('a', 'newer');

    expect(one.cache.health()).to.deep.include({ status: 'degraded' });
    expect(one.cache.health().l2).to.include({ state: 'up', reason: 'The fake store refuses set.', pending: 1 });
    expect(one.logger.messages('warn')).to.deep.equal(['L2 (fake) answers reads but refuses writes: The fake store refuses set.']);
  });

  it('shows in the numbers, and not while L2 is away altogether', async () => {
    const one = await buildRefusing();
    const refusals = [one.cache.stats().l2?.refusesWrites];

    await one.cache.set('a', 'newer');
    refusals.push(one.cache.stats().l2?.refusesWrites);
    one.probe.down();
    refusals.push(one.cache.stats().l2?.refusesWrites);

    expect(refusals).to.deep.equal([false, true, false]);
  });

  it('goes on reading', async () => {
    const one = await buildRefusing();
    await one.cache.set('a', 'newer');

    expect(await one.cache.get('b')).to.equal('untouched');
  });

  it('remembers every refused key, and counts its L2 value as a miss', async () => {
    const one = await buildRefusing();

    expect([await one.cache.set('a', 'newer'), await one.cache.del('b')]).to.deep.equal(['pending', 'pending']);
    await one.clock.advance(5_000);

    expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined]);
  });

  it('keeps a refused value for degradedTtl', async () => {
    const one = await buildRefusing();
    await one.cache.set('a', 'newer');

    await one.clock.advance(4_999);
    expect(await one.cache.get('a')).to.equal('newer');
    await one.clock.advance(1);
    expect(await one.cache.get('a')).to.equal(undefined);
  });

  it('deletes the refused keys once it may, and is well again with the next write', async () => {
    const one = await buildRefusing();
    await one.cache.set('a', 'newer');
    await one.cache.del('b');
    one.store.heal();
    await one.clock.advance(60_000);

    expect([one.inL2('a'), one.inL2('b'), one.cache.health().l2?.pending]).to.deep.equal([undefined, undefined, 0]);
    await one.cache.set('c', 1);

    expect(one.cache.health()).to.deep.include({ status: 'up' });
    expect(one.logger.messages('info').at(-1)).to.equal('L2 (fake) accepts writes again');
  });

  it('says so once, not with every refused write', async () => {
    const one = await buildRefusing();
    for (let write = 0; write < 5; write++) await one.cache.set('a', write);

    expect(one.logger.messages('warn')).to.have.length(1);
  });

  it('reads also when it comes back from an outage and refuses the deletes that it missed', async () => {
    const one = build();
    await one.cache.set('a', 'older');
    one.plant('b', 'untouched');
    one.driver.goAway();
    await one.cache.del('a');

    one.store.refuseWrites();
    one.probe.up();
    await one.settle();

    expect(one.cache.health().l2).to.include({ state: 'up', pending: 1, reason: 'The fake store refuses delete.' });
    expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([undefined, 'untouched']);
    one.store.heal();
    await one.clock.advance(60_000);
    expect([one.inL2('a'), one.cache.health().l2?.pending]).to.deep.equal([undefined, 0]);
  });

  it('is not well for taking deletes when it refuses to store', async () => {
    const one = await buildRefusing();
    await one.cache.set('a', 'newer');
    one.store.heal();

    expect(await one.cache.del('b')).to.equal('done');

    expect(one.cache.health().l2?.reason).to.equal('The fake store refuses set.');
  });

  it('is not well for storing when it refuses to delete, and says so once', async () => {
    const one = build();
    await one.cache.start();
    const refusing = stub(one.store, 'delete').rejects(new CacheError('CACHE_WRITE_REFUSED', 'NOPERM'));
    for (let round = 0; round < 3; round++) {
      expect([await one.cache.set('a', 1), await one.cache.del('a')]).to.deep.equal(['done', 'pending']);
      await one.clock.advance(60_000);
    }

    expect(one.cache.health().l2).to.include({ state: 'up', reason: 'NOPERM', pending: 1 });
    expect(one.logger.messages('warn')).to.deep.equal(['L2 (fake) answers reads but refuses writes: NOPERM']);

    refusing.restore();
    await one.clock.advance(60_000);
    expect(one.cache.health()).to.deep.include({ status: 'up' });
    expect(one.cache.health().l2?.pending).to.equal(0);
  });
});
