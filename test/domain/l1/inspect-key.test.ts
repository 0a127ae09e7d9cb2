import { expect } from 'chai';
import { caches } from '../../builders/caches';

describe('Cache: inspectKey', () => {
  const build = caches();

  it('returns the name of a key in each tier, without a call to L2', () => {
    const one = build({ namespace: 'shop' });

    expect(one.cache.inspectKey('user:{1}')).to.deep.equal({
      namespace: 'shop',
      l1: 'user:%7B1%7D',
      l2: 'shop:v1:user:%7B1%7D',
      isHashed: false,
    });
    expect(one.calls()).to.equal(0);
  });

  it('returns the name that is really written', async () => {
    const one = build({ namespace: 'shop' });
    const orders = one.cache.namespace('orders');
    await orders.set('a b', 1);

    expect(one.store.peek(orders.inspectKey('a b').l2)).to.not.equal(undefined);
  });

  it('reports whether a long key was hashed', () => {
    const { cache } = build();

    expect(cache.inspectKey('k'.repeat(513))).to.include({ isHashed: true });
    expect(cache.inspectKey(`~${'a'.repeat(64)}`)).to.include({ isHashed: false });
  });

  it('refuses a value that is no key', () => {
    const { cache } = build();

    expect(() => cache.inspectKey(''))
      .to.throw()
      .with.property('code', 'CACHE_KEY_INVALID');
  });
});
