import { expect } from 'chai';

import { createCache } from '../src';

describe('createCache', () => {
  for (const given of [null, 'redis://localhost', 5]) {
    it(`refuses ${String(given)} with one clear error`, () => {
      expect(() => createCache(given as never))
        .to.throw('createCache: options: expected an object')
        .with.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  it('refuses the options of a memoized function at once, and not at its first call', () => {
    const cache = createCache();

    expect(() => cache.memoize(() => 1, { key: () => 'k', ttl: 0 })).to.throw('memoize: ttl');
  });
});
