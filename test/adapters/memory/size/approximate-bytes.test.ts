import { expect } from 'chai';

import { approximateBytes } from '../../../../src/adapters/memory/size/approximate-bytes';

/** The first of its kind counts for more. */
function ofAnother(value: unknown): number {
  approximateBytes(value);
  return approximateBytes(value);
}

describe('approximateBytes', () => {
  it('grows with text, with the number of fields, and with depth', () => {
    expect(approximateBytes('a'.repeat(1_000))).to.be.within(1_000, 1_100);
    expect(ofAnother({ a: 1, b: 2, c: 3, d: 4, e: 5 })).to.be.above(ofAnother({ a: 1 }));
    expect(ofAnother({ a: { b: { c: 'text' } } })).to.be.above(ofAnother({ a: {} }));
  });

  it('counts the content of binary data, maps, sets and arrays', () => {
    expect(approximateBytes(Buffer.alloc(5_000))).to.be.within(5_000, 5_300);
    expect(approximateBytes(new Map([['a', 'b'.repeat(500)]]))).to.be.above(500);
    expect(approximateBytes(new Set(['b'.repeat(500)]))).to.be.above(500);
    expect(approximateBytes(['b'.repeat(500)])).to.be.above(500);
  });

  it('accepts every type of value', () => {
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
    it(`extrapolates from a sample of a large ${kind}`, () => {
      expect(approximateBytes(make(10_000)) / 10_000).to.be.within(180, 350);
    });
  }

  it('finds the one large part, wherever an attacker has put it', () => {
    const large = 'x'.repeat(10_000_000);
    for (const place of [0, 1, 9_999, 19_999]) {
      const hidden = Array.from({ length: 20_000 }, (_, index) => ({ id: index, text: index === place ? large : 'short' }));

      expect(approximateBytes(hidden) / large.length).to.be.within(1, 1.5);
    }
  });

  it('counts fields under symbols, hidden fields, the fields of lists, functions and errors, and what the classes of the web hold', () => {
    const text = 'x'.repeat(5_000);
    for (const value of [
      { [Symbol('a')]: text },
      [1, 2, 3].map((id) => ({ id, [Symbol('a')]: id === 1 ? text : undefined })),
      Object.defineProperty({}, 'a', { value: text }),
      Object.assign([1, 2], { text }),
      Object.assign(() => 1, { text }),
      new Error('failed', { cause: { text } }),
      new AggregateError([new Error(text)]),
      Symbol(text),
      new URL(`https://example.com/${text}`),
      new URLSearchParams({ text }),
      new Headers({ text }),
      new Blob([text]),
    ]) {
      expect(approximateBytes(value)).to.be.within(5_000, 11_500);
    }
  });

  it('does not run hidden getters, which may load something', () => {
    let runs = 0;
    approximateBytes(Object.defineProperty({ a: 1 }, 'relation', { get: () => runs++ }));

    expect(runs).to.equal(0);
  });

  it('counts an object that is reached twice once', () => {
    const text = ['x'.repeat(10_000)];
    const parent: { children: unknown[] } = { children: [] };
    parent.children = Array.from({ length: 100 }, () => ({ parent, text }));

    expect(approximateBytes(parent)).to.be.below(100_000);
  });

  it('counts the names of a dictionary, and not those of a record, which records share', () => {
    const named = (prefix: string) => Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${prefix}:${String(index)}`, true]));

    const record = ofAnother(named('record'));
    const dictionary = approximateBytes(named('dictionary'));

    expect(record).to.be.below(300);
    expect(dictionary).to.be.above(2_000);
  });

  it('counts the names of an object with more fields than a record', () => {
    const dictionary = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`${'name'.repeat(20)}:${String(index)}`, true]));

    expect(approximateBytes(dictionary)).to.be.within(130_000, 210_000);
  });

  it('accepts a value that throws when it is read, and counts its other parts', () => {
    const fails = () => {
      throw new Error('not available');
    };

    const text = 'x'.repeat(1_000);
    for (const value of [
      { text, a: new Proxy({ a: 1 }, { ownKeys: fails }) },
      Object.defineProperty({ text }, 'a', { enumerable: true, get: fails }),
      [text, new Proxy([], { get: fails })],
    ]) {
      expect(approximateBytes(value)).to.be.above(1_000);
    }
  });

  it('ends for a cycle', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;

    expect(approximateBytes(circle)).to.be.finite;
  });

  it('ends when a value is known to be too large', () => {
    let looks = 0;
    const huge = Array.from({ length: 50_000 }, () => ({
      get part() {
        looks++;
        return { text: 'x'.repeat(1_000) };
      },
    }));

    expect(approximateBytes(huge, 1_000_000)).to.be.above(1_000_000);
    expect(looks).to.be.below(5_000);
  });
});
