import { expect } from 'chai';
import { CacheError } from '../../../src/domain/cache-error';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

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
});
