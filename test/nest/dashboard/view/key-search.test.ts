import { expect } from 'chai';
import { stub } from 'sinon';

import { createCache, type Cache } from '../../../../src';
import { searchKeys } from '../../../../src/nest/dashboard/view/key-search';

describe('searchKeys', () => {
  let cache: Cache;
  let looked: number;

  beforeEach(async () => {
    cache = createCache({ logger: false, namespace: 'keys' });
    for (let index = 0; index < 300; index++) await cache.set(`k${index}`, index);
  });

  afterEach(() => cache.close());

  /** As many names as one likes, of which those that are held are the last ones. */
  function crowd(size: number): void {
    const inspector = cache.inspector();
    const held = [...inspector.keys()];
    looked = 0;
    function* names(): Generator<(typeof held)[number]> {
      for (; looked < size; looked++) yield `other${looked}` as (typeof held)[number];
      yield* held;
    }
    stub(cache, 'inspector').returns(
      Object.assign(Object.create(inspector) as typeof inspector, {
        keys: names,
        entry: inspector.entry.bind(inspector),
      }),
    );
  }

  it('looks at a hundred keys when nothing is looked for, and takes the total from the counters', () => {
    const inspector = cache.inspector();
    let seen = 0;
    stub(cache, 'inspector').returns({ keys: () => counted(inspector.keys()), entry: inspector.entry.bind(inspector) } as never);
    function* counted<T>(all: Iterable<T>): Generator<T> {
      for (const one of all) {
        seen++;
        yield one;
      }
    }

    const search = searchKeys(cache, '');

    expect(search).to.include({ found: 300, isComplete: true });
    expect(search.shown).to.have.length(100);
    expect(seen).to.be.at.most(101);
  });

  it('gives up after 100 000 keys, and says so', () => {
    crowd(1_000_000);

    const search = searchKeys(cache, 'k2');

    expect(looked).to.be.at.most(100_001);
    expect(search.isComplete).to.be.false;
  });

  it('finds a whole key among however many', () => {
    crowd(1_000_000);

    expect(searchKeys(cache, 'k299').shown.map(({ name }) => name)).to.deep.equal(['k299']);
  });

  it('shows a whole key once', () => {
    expect(searchKeys(cache, 'k299')).to.include({ found: 1, isComplete: true }).and.to.have.property('shown').with.length(1);
  });
});
