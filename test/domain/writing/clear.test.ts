import { expect } from 'chai';
import { CacheError } from '../../../src/domain/cache-error';
import { alwaysUp } from '../../../src/ports/health-probe';
import type { InvalidationBus, InvalidationMessage } from '../../../src/ports/invalidation-bus';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

describe('Cache: a clear that erases', () => {
  const build = caches();

  it('leaves no key of the namespace in L2', async () => {
    const one = build();
    await one.cache.set('a', 1);
    await one.cache.namespace('other').set('a', 2);

    expect(await one.cache.clear({ erase: true })).to.equal('done');

    expect(one.store.peek(one.remoteKey('a'))).to.equal(undefined);
    expect(await one.cache.namespace('other').get('a')).to.equal(2);
  });

  it('is refused with a mistyped option, and then nothing is cleared', async () => {
    const { cache } = build();
    await cache.set('a', 1);

    for (const options of [{ erases: true }, { erase: 'yes' }]) {
      expect(await rejectionOf(cache.clear(options as object))).to.have.property('code', 'CACHE_OPTION_INVALID');
    }
    expect(await cache.get('a')).to.equal(1);
  });

  it('is needed for that: a plain clear leaves the keys to their ttl, as misses', async () => {
    const one = build();
    await one.cache.set('a', 1);

    expect(await one.cache.clear()).to.equal('done');

    expect(one.calls('clear')).to.equal(0);
    expect(one.store.peek(one.remoteKey('a'))).to.not.equal(undefined);
    expect([await one.cache.get('a'), await one.cache.has('a')]).to.deep.equal([undefined, false]);
  });

  for (const nonBlocking of [false, true]) {
    it(`is refused where L2 cannot list its keys, and the entries are misses all the same${nonBlocking ? ', nonBlocking' : ''}`, async () => {
      const one = build({ nonBlocking, driver: { canClear: false } });
      await one.cache.set('a', 1);
      await one.settle();

      const error = await rejectionOf(one.cache.clear({ erase: true }));

      expect(error).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');
      expect(one.calls('clear')).to.equal(0);
      await one.settle();
      expect([await one.cache.get('a'), one.cache.health().l2?.pending, one.cache.health().status]).to.deep.equal([undefined, 0, 'up']);
    });
  }

  it('is refused where L2 has refused it, and L2 is still used', async () => {
    const one = build();
    await one.cache.start();
    one.store.clear = () => Promise.reject(new CacheError('CACHE_CLEAR_UNSUPPORTED', 'the server refused SCAN'));

    expect(await rejectionOf(one.cache.clear({ erase: true }))).to.have.property('code', 'CACHE_CLEAR_UNSUPPORTED');

    expect(one.cache.health().l2).to.include({ state: 'up', pending: 0 });
    expect(await one.cache.set('a', 1)).to.equal('done');
  });

  it('is pending past its deadline, and not tried again', async () => {
    const one = build({ breaker: false });
    await one.cache.start();
    let erasings = 0;
    one.store.clear = () => {
      erasings += 1;
      return new Promise<void>(() => undefined);
    };
    const cleared = one.cache.clear({ erase: true });
    await one.clock.advance(30_000);
    expect(await cleared).to.equal('pending');

    await one.clock.advance(300_000);

    expect(erasings).to.equal(1);
    expect(one.cache.health()).to.deep.include({ status: 'up' });
  });
});

describe('Cache: a clear whose message is on its way', () => {
  const build = caches();

  for (const sharedTags of [false, true]) {
    it(`keeps what is loaded after L2 has applied it, ${sharedTags ? 'with the tags of the namespace above' : 'with own tags'}`, async () => {
      const sent = deferred();
      const published: InvalidationMessage[] = [];
      const bus: InvalidationBus = {
        probe: alwaysUp,
        noticesWithinMs: 0,
        publish: (message) => {
          published.push(message);
          return sent.promise;
        },
        subscribe: async () => async () => undefined,
      };
      const one = build({ bus });
      const cache = one.cache.namespace('users', { sharedTags });
      await one.cache.start();
      const clearing = cache.clear();
      await one.settle();
      expect(published).to.have.length(1);

      await cache.wrap('k', () => 'new');
      sent.resolve();

      expect([await clearing, cache.peek('k')]).to.deep.equal(['done', 'new']);
    });
  }
});

describe('Cache: a clear during an outage', () => {
  const build = caches();

  it('is kept as long as the server is away, however often it seems to be back', async () => {
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
