import { expect } from 'chai';
import { CacheError } from '../../../src/domain/cache-error';
import { FakeBus, FakeMedium } from '../../../src/testing';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

const problem = 'a clear could not be done: other processes may read older entries until they expire';

describe('Cache: a clear that L2 can never do', () => {
  const build = caches();

  it('is refused at once, with L1 cleared and nothing pending', async () => {
    const one = build({ driver: { canClear: false } });
    await one.cache.set('a', 1);

    const error = await rejectionOf(one.cache.clear());

    expect(error).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');
    expect(one.cache.peek('a')).to.equal(undefined);
    expect(one.store.calls.filter(({ operation }) => operation === 'clear')).to.have.length(0);
    expect([one.cache.health().l2?.pending, one.cache.health().status]).to.deep.equal([0, 'up']);
  });

  it('is refused in the background mode too', async () => {
    const one = build({ nonBlocking: true, driver: { canClear: false } });

    expect(await rejectionOf(one.cache.clear())).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');
  });

  it('is refused while L2 is away, and is not tried after the outage', async () => {
    const one = build({ driver: { canClear: false } });
    await one.cache.start();
    await one.cache.set('a', 1);
    one.driver.goAway();

    expect(await rejectionOf(one.cache.clear())).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');
    one.driver.comeBack();
    await one.clock.advance(60_000);

    expect([one.cache.health().l2?.state, one.cache.health().l2?.pending]).to.deep.equal(['up', 0]);
    expect(await one.cache.get('a')).to.equal(1);
  });

  it('is refused after L2 has refused it, and L2 is still used', async () => {
    const one = build();
    await one.cache.start();
    one.store.clear = () => Promise.reject(new CacheError('CACHE_CLEAR_UNSUPPORTED', 'the server refused SCAN'));

    expect(await rejectionOf(one.cache.clear())).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');

    expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
    expect(await one.cache.set('a', 1)).to.equal('done');
  });

  describe('during an outage, on a server that cannot list its keys', () => {
    /** The server refuses SCAN, which is known only when it is asked; or the driver knows it. */
    const refusing = (options: UnderTestOptions = {}): CacheUnderTest => {
      const one = build({ maxPending: 2, ttl: '1m', ...options });
      one.store.clear = () => Promise.reject(new CacheError('CACHE_CLEAR_UNSUPPORTED', 'the server refused SCAN'));
      return one;
    };

    const pendingAll: Readonly<Record<string, (one: CacheUnderTest) => Promise<unknown>>> = {
      'more keys are deleted than are remembered': (one) => one.cache.delMany(['a', 'b', 'c']),
      'the cache is cleared': (one) => one.cache.clear(),
    };
    for (const [what, change] of Object.entries(pendingAll)) {
      it(`when ${what}: L2 is used again after it, and no older value of it`, async () => {
        const one = refusing();
        await one.cache.start();
        for (const key of ['a', 'b', 'c', 'd']) await one.cache.set(key, 'older');
        one.driver.goAway();
        await change(one);
        await one.clock.advance(1_000);

        one.driver.comeBack();
        await one.settle();

        expect(one.cache.health()).to.deep.include({ status: 'degraded' });
        expect(one.cache.health().l2).to.deep.include({ state: 'up', pending: 0, reason: problem });
        expect([await one.cache.get('a'), await one.cache.has('a'), await one.cache.wrap('d', () => 'new')]).to.deep.equal([
          undefined,
          false,
          'new',
        ]);
        await one.clock.advance(1);
        expect([await one.cache.set('a', 'new'), one.inL2('a')?.value]).to.deep.equal(['done', 'new']);
        one.plant('e', 'of another process');
        expect([await one.cache.get('e'), await one.cache.has('e')]).to.deep.equal(['of another process', true]);

        await one.clock.advance(60_000);
        expect(one.cache.health().status).to.equal('up');
      });
    }

    it('is announced to the other processes, which drop their L1', async () => {
      const medium = new FakeMedium();
      const [bus, heard] = [new FakeBus(medium), new FakeBus(medium)];
      const messages: unknown[] = [];
      const one = refusing({ bus });
      bus.probe.up();
      await one.cache.start();
      await heard.subscribe(
        (message) => messages.push(message),
        () => undefined,
      );
      one.driver.goAway();
      await one.cache.delMany(['a', 'b', 'c']);
      one.driver.comeBack();
      await one.settle();

      expect(messages).to.have.lengthOf(1);
      expect(messages[0]).to.deep.include({ keys: 'everything' });
    });
  });

  it('is given up after three attempts when it never ends in time, and reported until then', async () => {
    const one = build({ ttl: '10m', breaker: false });
    await one.cache.start();
    await one.cache.set('a', 'older');
    let clears = 0;
    one.store.clear = () => {
      clears += 1;
      return new Promise<void>(() => undefined);
    };
    const cleared = one.cache.clear();
    await one.clock.advance(30_000);
    expect(await cleared).to.equal('pending');
    expect(one.cache.health()).to.deep.include({ status: 'degraded' });
    expect(one.cache.health().l2).to.include({
      state: 'up',
      pending: Infinity,
      reason: 'entries that were to be cleared are not deleted yet',
    });

    await one.clock.advance(300_000);

    expect(clears).to.equal(4);
    expect(one.cache.health().l2).to.include({ state: 'up', pending: 0, reason: problem });
    expect(await one.cache.get('a')).to.equal(undefined);
    expect(await one.cache.set('a', 'new')).to.equal('done');
  });

  it('is not given up because the server is away', async () => {
    const one = build();
    await one.cache.start();
    await one.cache.set('a', 'older');
    one.driver.goAway();
    await one.cache.clear();
    for (let outage = 0; outage < 5; outage++) {
      one.probe.up();
      await one.settle();
      one.probe.down();
      await one.clock.advance(60_000);
    }
    expect(one.cache.health().l2?.pending).to.equal(Infinity);

    one.driver.comeBack();
    await one.settle();

    expect([one.inL2('a'), one.cache.health().status]).to.deep.equal([undefined, 'up']);
  });
});
