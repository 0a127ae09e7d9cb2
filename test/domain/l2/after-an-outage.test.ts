import { expect } from 'chai';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';

describe('Cache: when L2 comes back', () => {
  const build = caches();

  /** L2 holds `a` and `b`, and went away before `a` was deleted. */
  async function buildWithPending(options?: UnderTestOptions): Promise<CacheUnderTest> {
    const one = build(options);
    for (const key of ['a', 'b']) await one.cache.set(key, 'older');
    one.driver.goAway();
    await one.cache.del('a');
    return one;
  }

  /** L2 is back, and has not answered the delete of the pending `a` yet. */
  async function buildInRecovery(): Promise<CacheUnderTest> {
    const one = await buildWithPending();
    one.store.heal();
    one.replies.hold('delete');
    one.probe.up();
    await one.settle();
    return one;
  }

  it('makes it take the deletes that it missed', async () => {
    const one = await buildWithPending();

    one.driver.comeBack();
    await one.settle();

    expect([one.inL2('a'), one.inL2('b')?.value, one.cache.health().l2?.pending]).to.deep.equal([undefined, 'older', 0]);
    expect([await one.cache.get('a'), await one.cache.get('b')]).to.deep.equal([undefined, 'older']);
  });

  it('deletes the keys that were set during the outage, in both tiers: another process may have set another value', async () => {
    const one = build();
    await one.cache.set('a', 'older');
    one.driver.goAway();
    await one.cache.set('a', 'set during the outage');
    expect(one.cache.peek('a')).to.equal('set during the outage');

    one.driver.comeBack();
    await one.settle();

    expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
  });

  it('counts the L2 value of a pending key as a miss until it is deleted', async () => {
    const one = await buildInRecovery();

    expect([await one.cache.get('a'), await one.cache.has('a')]).to.deep.equal([undefined, false]);
    expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
  });

  it('counts it as a miss also when the key became pending while L2 answered', async () => {
    for (const read of [
      (one: CacheUnderTest) => one.cache.get('a'),
      (one: CacheUnderTest) => one.cache.has('a'),
      (one: CacheUnderTest) => one.cache.wrap('a', () => undefined),
    ]) {
      const one = build();
      one.plant('a', 'older');
      await one.cache.start();
      one.replies.hold('get', 'getMany');
      const answer = read(one);
      await one.settle();
      one.store.fail();
      expect(await one.cache.del('a')).to.equal('pending');
      one.replies.release();

      expect(await answer).to.be.oneOf([undefined, false]);
    }
  });

  it('takes it for a miss also when it answers again before the probe has noticed that it was away', async () => {
    const one = build();
    one.plant('a', 'older');
    await one.cache.start();
    one.store.fail();
    expect(await one.cache.del('a')).to.equal('pending');
    one.store.heal();

    expect(await one.cache.get('a')).to.equal(undefined);
    expect(await one.cache.has('a')).to.equal(false);
    expect(one.calls('get')).to.equal(0);
    await one.clock.advance(1_000);

    expect(one.inL2('a')).to.equal(undefined);
    expect(one.cache.health()).to.deep.include({ status: 'up' });
    one.plant('a', 'written elsewhere');
    expect(await one.cache.get('a')).to.equal('written elsewhere');
  });

  it('reads nothing before all is deleted, and then opens', async () => {
    const one = await buildInRecovery();

    expect(one.cache.health().l2).to.include({ state: 'recovering', pending: 1 });
    await one.cache.get('b');
    expect(one.calls('get')).to.equal(0);

    one.replies.release();
    await one.settle();
    expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
    await one.cache.get('c');
    expect(one.calls('get')).to.equal(1);
  });

  it('deletes in batches', async () => {
    const one = build();
    await one.cache.start();
    one.driver.goAway();
    await one.cache.delMany(Array.from({ length: 1_200 }, (_, index) => `key:${index}`));

    one.driver.comeBack();
    await one.settle();

    expect(one.store.calls.map(({ operation, keys }) => [operation, keys.length])).to.deep.equal([
      ['delete', 500],
      ['delete', 500],
      ['delete', 200],
    ]);
    expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
  });

  it('includes keys that become pending meanwhile', async () => {
    const one = await buildInRecovery();
    expect(await one.cache.del('b')).to.equal('pending');

    one.replies.release();
    await one.settle();
    await one.clock.advance(1_000);

    expect([one.inL2('a'), one.inL2('b')]).to.deep.equal([undefined, undefined]);
    expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
  });

  it('deletes a key once more when it became pending again while it was deleted', async () => {
    const one = await buildInRecovery();
    await one.cache.del('a');
    one.plant('a', 'written elsewhere before the second delete');

    one.replies.release();
    await one.settle();
    expect(await one.cache.get('a')).to.equal(undefined);
    await one.clock.advance(1_000);

    expect(one.inL2('a')).to.equal(undefined);
  });

  it('clears the namespace, and no other, when there were more keys than maxPending', async () => {
    const one = build({ maxPending: 2 });
    const orders = one.cache.namespace('orders');
    for (const cache of [one.cache, orders]) for (const key of ['a', 'b', 'c', 'd']) await cache.set(key, 1);
    one.driver.goAway();
    await orders.del('a');
    await one.cache.delMany(['a', 'b', 'c']);
    expect(one.cache.peek('d')).to.equal(1);
    expect(one.cache.health().l2?.pending).to.equal(Infinity);

    one.driver.comeBack();
    await one.settle();

    expect(one.calls('updateTags')).to.equal(1);
    expect(await one.cache.getMany(['a', 'b', 'c', 'd'])).to.deep.equal(Array(4).fill(undefined));
    expect(await orders.getMany(['a', 'b'])).to.deep.equal([undefined, 1]);
    expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
  });

  it('reads nothing from L2 for a namespace of which everything is pending', async () => {
    const one = build({ maxPending: 1 });
    one.plant('never deleted here', 1);
    await one.cache.start();
    one.store.fail();
    await one.cache.delMany(['a', 'b']);
    one.store.heal();

    expect(await one.cache.get('never deleted here')).to.equal(undefined);
  });

  it('loses no key that becomes pending in the very moment in which it comes back', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const one = build();
      one.driver.goAway();
      const deletion = one.cache.del('a');
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      one.driver.comeBack();
      await deletion;
      await one.clock.advance(10_000);

      expect(one.cache.health().l2, `after ${turns} turns`).to.include({ state: 'up', pending: 0 });
    }
  });

  it('does not store a value that was loaded before L2 took the delete', async () => {
    const one = await buildWithPending();
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise);
    await one.settle();

    one.driver.comeBack();
    await one.settle();
    resolve('loaded during the outage');

    expect(await value).to.equal('loaded during the outage');
    expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
  });

  it('reports each transition in log and events', async () => {
    const one = await buildWithPending();
    const [recoverings, ups] = [one.listen('recovering'), one.listen('up')];
    await one.clock.advance(7_000);

    one.driver.comeBack();
    await one.settle();

    expect([recoverings, ups]).to.deep.equal([[{ downMs: 7_000 }], [{ downMs: 7_000 }]]);
    expect(one.logger.messages('info').slice(-2)).to.deep.equal([
      'L2 (fake) answers again; pending deletes are sent before it is read',
      'L2 (fake) is up',
    ]);
    expect(one.metrics.filter(({ name }) => name === 'tier').map((event) => 'state' in event && event.state)).to.deep.equal([
      'up',
      'down',
      'recovering',
      'up',
    ]);
  });

  describe('and fails again', () => {
    it('forgets nothing, stays closed, and is the same outage', async () => {
      const one = await buildWithPending();
      const began = one.cache.health().l2?.since;
      await one.clock.advance(5_000);
      one.probe.up();
      await one.settle();

      expect(one.cache.health().l2).to.include({ state: 'down', pending: 1, since: began });
      expect(await one.cache.get('a')).to.equal(undefined);
      expect(one.calls('get')).to.equal(0);
    });

    it('is tried again later, each time later than the last, until it succeeds', async () => {
      const one = await buildWithPending();
      one.probe.up();
      const attempts: number[] = [];
      for (let second = 1; second <= 100; second++) {
        const before = one.calls('delete');
        await one.clock.advance(1_000);
        if (one.calls('delete') > before) attempts.push(second);
      }
      expect(attempts).to.deep.equal([1, 3, 7, 15, 31, 61, 91]);
      expect(one.cache.health().l2).to.include({ state: 'down', pending: 1 });

      one.store.heal();
      await one.clock.advance(30_000);

      expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
      expect(one.inL2('a')).to.equal(undefined);
    });

    it('goes on with the rest when it comes back for good', async () => {
      const one = build();
      await one.cache.start();
      one.driver.goAway();
      const keys = Array.from({ length: 700 }, (_, index) => `key:${index}`);
      await one.cache.delMany(keys);
      for (const key of keys) one.plant(key, 'older');

      one.driver.comeBack();
      await Promise.resolve();
      one.driver.goAway();
      await one.settle();
      expect(one.cache.health().l2?.state).to.equal('down');
      one.driver.comeBack();
      await one.settle();

      expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
      expect(keys.some((key) => one.inL2(key) !== undefined)).to.equal(false);
    });

    it('leaves no key readable that was not deleted, however it comes and goes', async () => {
      const one = await buildWithPending();
      for (let round = 0; round < 5; round++) {
        one.probe.up();
        await one.settle();
        one.probe.down();
        await one.settle();
        expect(await one.cache.get('a')).to.equal(undefined);
      }

      one.driver.comeBack();
      await one.settle();
      await one.clock.advance(60_000);

      expect([await one.cache.get('a'), one.inL2('a'), one.cache.health().l2?.pending]).to.deep.equal([undefined, undefined, 0]);
    });
  });
});
