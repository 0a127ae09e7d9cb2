import { expect } from 'chai';

import { approximateBytes } from '../../../src/adapters/cacheable/approximate-bytes';

describe('approximateBytes', () => {
  it('grows with text, with the number of fields, and with depth', () => {
    expect(approximateBytes('a'.repeat(1_000))).to.be.within(1_000, 1_100);
    expect(approximateBytes({ a: 1, b: 2 })).to.be.above(approximateBytes({ a: 1 }));
    expect(approximateBytes({ a: { b: { c: 'text' } } })).to.be.above(approximateBytes({ a: {} }));
  });

  it('counts the content of binary data, maps, sets and arrays', () => {
    expect(approximateBytes(Buffer.alloc(5_000))).to.be.within(5_000, 5_100);
    expect(approximateBytes(new Map([['a', 'b'.repeat(500)]]))).to.be.above(500);
    expect(approximateBytes(new Set(['b'.repeat(500)]))).to.be.above(500);
    expect(approximateBytes(['b'.repeat(500)])).to.be.above(500);
  });

  it('takes whatever a value may be', () => {
    for (const value of [undefined, null, 0, 1n, true, Symbol('a'), () => 1, new Date(), Object.create(null)]) {
      expect(approximateBytes(value)).to.be.at.least(0);
    }
  });

  const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ index, text: 'x'.repeat(100) }));
  const collections: Record<string, (count: number) => unknown> = {
    list: rows,
    map: (count) => new Map(rows(count).entries()),
    set: (count) => new Set(rows(count)),
    dictionary: (count) => Object.fromEntries(rows(count).entries()),
    'list of lists': (count) => rows(count / 10).map(() => rows(10)),
  };
  for (const [kind, make] of Object.entries(collections)) {
    it(`takes what it does not look at in a ${kind} for the like of what it does`, () => {
      expect(approximateBytes(make(10_000)) / 10_000).to.be.within(150, 350);
    });
  }

  it('counts what is reached in several ways once', () => {
    const text = ['x'.repeat(10_000)];
    const parent: { children: unknown[] } = { children: [] };
    parent.children = Array.from({ length: 100 }, () => ({ parent, text }));

    expect(approximateBytes(parent)).to.be.below(100_000);
  });

  it('ends in a circle', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;

    expect(approximateBytes(circle)).to.be.finite;
  });

  it('looks at no more than a part of something huge', () => {
    let looks = 0;
    const huge = Array.from({ length: 2_000 }, () => ({
      get part() {
        return looks++;
      },
    }));

    approximateBytes(huge);

    expect(looks).to.be.at.most(200);
  });
});
