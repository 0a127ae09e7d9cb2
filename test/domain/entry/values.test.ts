import { expect } from 'chai';
import type { CacheError } from '../../../src/domain/cache-error';
import { caches } from '../../builders/caches';

class Money {
  constructor(readonly amount: number) {}
}

const unencodable: Readonly<Record<string, unknown>> = {
  'a function': () => 1,
  'an instance of a class': new Money(5),
  'a cycle': (() => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    return cycle;
  })(),
};

describe('Cache: values', () => {
  const build = caches();

  for (const value of [null, false, 0, -0, '', NaN, 0n]) {
    it(`has ${typeof value} ${Object.is(value, -0) ? '-0' : String(value)} as a hit in L1`, async () => {
      const one = build();
      const { cache } = one;
      await cache.set('a', value);

      expect(await cache.get('a')).to.deep.equal(value);
      expect(cache.peek('a')).to.deep.equal(value);
      expect(await cache.has('a')).to.equal(true);
      expect(await cache.wrap('a', () => 'loaded')).to.deep.equal(value);
      expect(one.calls('get')).to.equal(0);
    });

    it(`has ${typeof value} ${Object.is(value, -0) ? '-0' : String(value)} as a hit in L2`, async () => {
      const [first, second, third] = [build(), build(), build()];
      for (const one of [first, second, third]) one.plant('a', value);

      expect(await first.cache.get('a')).to.deep.equal(value);
      expect(await second.cache.has('a')).to.equal(true);
      expect(await third.cache.wrap('a', () => 'loaded')).to.deep.equal(value);
    });
  }

  it('gives a value the same type from both tiers', async () => {
    const one = build();
    const value = {
      at: new Date(5),
      by: new Map([[1, new Set(['a'])]]),
      amount: 10n ** 30n,
      bytes: Buffer.from([0, 255]),
      floats: Float32Array.of(1.5),
      nothing: undefined,
    };
    one.plant('a', value);

    expect(await one.cache.get('a')).to.deep.equal(value);
  });

  it('returns the value of L1 by reference', async () => {
    const { cache } = build();
    const value = { id: 1 };
    await cache.set('a', value);

    expect(await cache.get('a')).to.equal(value);
  });

  it('returns undefined from a loader and stores nothing, so that the next caller loads again', async () => {
    const one = build();
    let loads = 0;
    const load = (): unknown => {
      loads += 1;
      return undefined;
    };

    expect(await one.cache.wrap('a', load)).to.equal(undefined);
    expect(await one.cache.wrap('a', load)).to.equal(undefined);

    expect(loads).to.equal(2);
    expect(one.calls('set')).to.equal(0);
    expect(await one.cache.has('a')).to.equal(false);
  });

  it('takes undefined in set for an absence', async () => {
    const one = build();
    await one.cache.set('a', 'older');

    expect(await one.cache.set('a', undefined)).to.equal('done');

    expect(await one.cache.has('a')).to.equal(false);
    expect(one.inL2('a')).to.equal(undefined);
  });

  for (const [name, value] of Object.entries(unencodable)) {
    it(`returns ${name} to the caller and keeps it in L1, but not in L2`, async () => {
      const one = build();

      expect(await one.cache.wrap('a', () => value)).to.equal(value);

      expect(one.cache.peek('a')).to.equal(value);
      expect(one.inL2('a')).to.equal(undefined);
    });
  }

  it('does not leave an older value in L2 when the newer one cannot go there', async () => {
    const one = build();
    await one.cache.set('a', 'older');

    await one.cache.set('a', new Money(5));

    expect(one.inL2('a')).to.equal(undefined);
  });

  it('reports once per cache that a value cannot go to L2', async () => {
    const one = build();
    const errors = one.listen('error');

    for (const key of ['a', 'b', 'c']) await one.cache.set(key, new Money(5));

    expect(errors.map(({ error, key }) => [(error as CacheError).code, key])).to.deep.equal([['CACHE_PAYLOAD_REJECTED', 'a']]);
    expect(one.logger.messages('warn')).to.have.length(1);
    expect(one.metrics.filter(({ name }) => name === 'reject')).to.deep.equal(
      Array.from({ length: 3 }, () => ({ name: 'reject', reason: 'unencodable' })),
    );
  });

  const foreign: readonly (readonly [what: string, payload: string, reason: string])[] = [
    ['foreign text', 'hello', 'malformed'],
    ['a payload of cacheable', '{"value":1,"expires":1}', 'malformed'],
    ['half a payload', 't21,1700000000000,60000,0', 'malformed'],
    ['a payload of an unknown version', 't9anything', 'version'],
    ['a sealed payload', 't2$c2VhbGVk', 'sealed'],
  ];
  for (const [what, payload, reason] of foreign) {
    it(`counts ${what} in L2 as a miss, logs why, and deletes it there`, async () => {
      const one = build();
      const errors = one.listen('error');

      for (const ask of [() => one.cache.get('a'), () => one.cache.getEntry('a'), () => one.cache.wrap('a', () => undefined)]) {
        one.store.plant(one.remoteKey('a'), payload);

        expect(await ask()).to.equal(undefined);

        await one.settle();
        expect(one.store.peek(one.remoteKey('a'))).to.equal(undefined);
      }

      expect(errors.map(({ error }) => (error as CacheError).code)).to.deep.equal(Array(3).fill('CACHE_PAYLOAD_REJECTED'));
      expect(one.metrics.filter(({ name }) => name === 'reject')).to.deep.equal(Array(3).fill({ name: 'reject', reason }));
    });
  }

  for (const hostile of [
    '{"__proto__":{"isAdmin":true}}',
    '{"a":[{"__proto__":null}]}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
  ]) {
    for (const primary of [{}, { freeze: true }]) {
      it(`keeps ${hostile} in L1 as it is, not in L2, and changes no prototype${primary.freeze ? ', frozen' : ''}`, async () => {
        const one = build({ primary });
        const errors = one.listen('error');
        await one.cache.set('a', JSON.parse(hostile));

        const held: unknown = one.cache.peek('a');
        expect([JSON.stringify(held), one.inL2('a')]).to.deep.equal([hostile, undefined]);
        expect(errors.map(({ error }) => (error as CacheError).reason)).to.deep.equal(['unencodable']);
        expect([Object.getPrototypeOf(held), ({} as { isAdmin?: boolean }).isAdmin]).to.deep.equal([Object.prototype, undefined]);
      });
    }
  }

  it('does not delete a value that has replaced a damaged payload meanwhile', async () => {
    const one = build();
    one.store.plant(one.remoteKey('a'), 'damaged');

    expect(await one.cache.wrap('a', () => 'loaded')).to.equal('loaded');
    await one.settle();

    expect(one.inL2('a')?.value).to.equal('loaded');
  });

  it('waits in close for the delete of a damaged payload', async () => {
    const one = build();
    one.store.plant(one.remoteKey('a'), 'damaged');
    one.replies.hold('delete');
    await one.cache.get('a');

    expect(one.background.size).to.equal(1);
  });
});
