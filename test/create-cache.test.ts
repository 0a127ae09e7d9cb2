import { expect } from 'chai';

import { createCache } from '../src';

class Account {
  constructor(
    readonly name: string,
    readonly password: string,
  ) {}
}

describe('createCache', () => {
  for (const given of [null, 'redis://localhost', 5]) {
    it(`refuses ${String(given)} with one clear error`, () => {
      expect(() => createCache(given as never))
        .to.throw('createCache: options: expected an object')
        .with.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  describe('with useClone', () => {
    const build = () => createCache({ primary: { useClone: true } });

    it('gives everybody a copy, whatever plain data it is', async () => {
      const cache = build();
      const value = { when: new Date(0), names: new Map([['a', new Set([1])]]), bytes: Buffer.from('x').toString('hex') };
      await cache.set('a', value);

      const found = await cache.get('a');

      expect(found).to.deep.equal(value);
      expect(found).to.not.equal(value);
    });

    it('keeps no instance of a class, of which only the fields would be left', async () => {
      const cache = build();
      await cache.set('a', new Account('Ada', 'secret'));
      await cache.set('b', { accounts: [new Account('Ada', 'secret')] });

      expect(await cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined]);
    });
  });

  it('hands out the very instance of a class that it was given', async () => {
    const cache = createCache();
    const account = new Account('Ada', 'secret');
    await cache.set('a', account);

    expect(await cache.get('a')).to.equal(account);
  });

  it('refuses the options of a memoized function at once, and not at its first call', () => {
    const cache = createCache();

    expect(() => cache.memoize(() => 1, { key: () => 'k', ttl: 0 })).to.throw('memoize: ttl');
  });
});
