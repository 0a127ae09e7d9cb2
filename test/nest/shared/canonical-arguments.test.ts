import { expect } from 'chai';
import fc from 'fast-check';
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { CacheError } from '../../../src/domain/cache-error';
import { canonicalArguments } from '../../../src/nest/shared/canonical-arguments';
import { ClassNames } from '../../../src/nest/shared/visible-state';
import { defaultKey } from '../../../src/nest/methods/declared/default-keys';

class UserQuery {
  constructor(
    readonly name: string,
    readonly page: number,
  ) {}
}

class LoudQuery extends UserQuery {
  get text(): string {
    return this.name.toUpperCase();
  }
}

const cents = new WeakMap<object, number>();

class WeaklyBacked {
  readonly currency = 'EUR';

  constructor(amount: number) {
    cents.set(this, amount);
  }
}

class HalfHidden {
  readonly currency = 'EUR';
  readonly #cents: number;

  constructor(cents: number) {
    this.#cents = cents;
  }

  get text(): string {
    return `${this.#cents} ${this.currency}`;
  }
}

class Forgetful {
  constructor(
    readonly user: string,
    readonly tenant: string,
  ) {}

  toJSON() {
    return { user: this.user };
  }
}

class Tags extends Set<string> {
  #owner = 'ann';

  get owner() {
    return this.#owner;
  }
}

function namedAlike(rate: number) {
  return class Price {
    readonly net = 1;

    gross(): number {
      return this.net * rate;
    }
  };
}

class Amount {
  readonly #cents: number;

  constructor(cents: number) {
    this.#cents = cents;
  }

  toJSON() {
    return this.#cents;
  }
}

class Hidden {
  readonly #secret = 1;

  reveal() {
    return this.#secret;
  }
}

const canonical = (...args: unknown[]) => canonicalArguments(args, 'Users.find');

describe('canonicalArguments', () => {
  it('writes simple arguments in readable form', () => {
    expect(canonical(42, 'ann', true, null)).to.equal('42,"ann",true,null');
  });

  it('distinguishes types that print alike', () => {
    const alike = [
      1,
      '1',
      1n,
      true,
      'true',
      null,
      'null',
      undefined,
      'undefined',
      NaN,
      'NaN',
      0,
      -0,
      [],
      {},
      [1],
      { 0: 1 },
      [[1]],
      '',
      [null],
    ];

    expect(new Set(alike.map((one) => canonical(one, 'last'))).size).to.equal(alike.length);
  });

  it('ignores the order of properties, members and entries', () => {
    expect(canonical({ a: 1, b: { c: 2, d: 3 } })).to.equal(canonical({ b: { d: 3, c: 2 }, a: 1 }));
    expect(canonical(new Set([1, 2]))).to.equal(canonical(new Set([2, 1])));
    expect(canonical(new Map([[1, 'a'], [2, 'b']]))).to.equal(canonical(new Map([[2, 'b'], [1, 'a']]))); // prettier-ignore
  });

  it('ignores trailing undefined arguments, and no others', () => {
    expect(canonical(1, undefined, undefined)).to.equal(canonical(1));
    expect(canonical(undefined, 1)).not.to.equal(canonical(1));
  });

  it('writes objects with a value', () => {
    const valued = [
      new Date(0),
      new Date(NaN),
      new Map([['a', 1]]),
      new Map([['a', '1']]),
      new Set(['a']),
      Buffer.from('a'),
      Buffer.from('b'),
      new Uint16Array([97]),
      new Uint8Array([97, 0]).buffer,
      new URL('https://a.example/x'),
      new UserQuery('ann', 1),
      new LoudQuery('ann', 1),
      /a/g,
      /a/i,
      Object.assign(/a/g, { lastIndex: 1 }),
      new URLSearchParams('a=1'),
      new Uint8Array([97]),
      new Uint8Array([98]),
      [undefined],
      new Array(1),
      { name: 'ann', page: 1 },
      Object.assign(Object.create(null) as object, { a: 1 }),
    ];

    expect(new Set(valued.map((one) => canonical(one))).size).to.equal(valued.length);
    expect(canonical(new UserQuery('ann', 1))).to.equal(canonical(new UserQuery('ann', 1)));
  });

  it('is the same for a view of a larger buffer', () => {
    const view = new Uint8Array([0, 97, 98]).subarray(1);

    expect(canonical(view)).to.equal(canonical(new Uint8Array([97, 98])));
  });

  it('accepts an object that an argument holds twice, which is no cycle', () => {
    const shared = { a: 1 };

    expect(canonical([shared, shared])).to.equal(canonical([{ a: 1 }, { a: 1 }]));
  });

  it('writes equal text for equal JSON-like arguments, and for no others', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(canonical(a) === canonical(b)).to.equal(isDeepStrictEqual(a, b));
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(json, (a) => {
        expect(canonical(a)).to.equal(canonical(structuredClone(a)));
      }),
    );
  });

  it('writes all fields of an instance, also those that its toJSON leaves out', () => {
    expect(canonical(new Forgetful('ann', 'a'))).not.to.equal(canonical(new Forgetful('ann', 'b')));
  });

  it('refuses instances of a second class of one name, whose methods may differ', () => {
    const names = new ClassNames();
    const keyFor = (value: unknown) => canonicalArguments([value], 'Prices.find', names);
    const [Net, Gross] = [namedAlike(1), namedAlike(1.2)];

    expect(keyFor(new Net())).to.equal(keyFor(new Net()));
    expect(() => keyFor(new Gross())).to.throw(/an instance of a second class with the name Price/);
  });

  it('keeps apart instances of classes of one name in different processes, if their sources differ', () => {
    const classes = [
      class Price {
        readonly cents = 5;
      },
      class Price {
        readonly cents = 5;

        gross(): number {
          return this.cents * 1.2;
        }
      },
      (() => {
        class Base {
          readonly cents = 5;
        }
        return class Price extends Base {};
      })(),
      (() => {
        class Base {
          readonly cents = 5;

          net(): number {
            return this.cents;
          }
        }
        return class Price extends Base {};
      })(),
    ];
    // As another process does it.
    const keys = classes.map((type) => canonicalArguments([new type()], 'Prices.find', new ClassNames()));

    expect(new Set(keys)).to.have.property('size', classes.length);
    for (const key of keys) expect(key).to.match(/^Price\.[\da-f]{8}\("cents":5\)$/);
  });

  it('writes instances of one class alike in each process', () => {
    const keys = [1, 2].map(() => canonicalArguments([new (namedAlike(1))()], 'Prices.find', new ClassNames()));

    expect(keys[0]).to.equal(keys[1]);
  });

  it('keeps neighbouring arguments apart', () => {
    const texts = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 4 });
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(canonical(...a) === canonical(...b)).to.equal(isDeepStrictEqual(a, b));
      }),
      { numRuns: 2_000 },
    );
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  let deep: unknown = 1;
  for (let level = 0; level < 40; level++) deep = [deep];
  const refused: readonly (readonly [string, unknown])[] = [
    ['a function', () => 1],
    ['a function inside', { run: () => 1 }],
    ['a symbol', Symbol('s')],
    ['a property named by a symbol', { [Symbol('gt')]: 5 }],
    ['a promise', Promise.resolve(1)],
    ['a cycle', cyclic],
    ['a stream', Readable.from([])],
    ['a web stream', new ReadableStream()],
    ['an emitter', new EventEmitter()],
    ['an event target', new EventTarget()],
    ['an abort signal', new AbortController().signal],
    ['an error', new Error('e')],
    ['a weak map', new WeakMap()],
    ['an instance with private state alone', new Hidden()],
    ['a generator', [1][Symbol.iterator]()],
    ['an instance with private state and toJSON', new Amount(5)],
    ['an instance with private state beside its fields', new HalfHidden(5)],
    ['an instance that is the key of a WeakMap', new WeaklyBacked(5)],
    ['a subclass of a built-in class', new Tags(['a'])],
    ['an instance with a hidden base class', new (class extends HalfHidden {})(5)],
    ['an object that inherits fields', Object.create({ tenant: 'a' })],
    ['a proxy', new Proxy({ a: 1 }, {})],
    ['a getter', { get now() { return Date.now(); } }], // prettier-ignore
    ['a property that is not enumerable', Object.defineProperty({ a: 1 }, 'tenant', { value: 'a' })],
    ['a property named by a symbol that is not enumerable', Object.defineProperty({ a: 1 }, Symbol('tenant'), { value: 'a' })],
    ['an array with an extra property', Object.assign([1], { total: 5 })],
    ['a map with an extra property', Object.assign(new Map(), { tenant: 'a' })],
    ['a date with an extra property', Object.assign(new Date(0), { zone: 'CET' })],
    ['a buffer with an extra property', Object.assign(Buffer.from('a'), { tenant: 'a' })],
    ['a boxed string', Object('a')],
    ['a class', UserQuery],
    ['a sparse array of many holes', new Array(5_000_000)],
    ['many bytes', Buffer.alloc(20_000)],
    ['too many levels', deep],
    ['too many values', Array.from({ length: 1_001 }, (_, index) => index)],
  ];
  for (const [what, argument] of refused) {
    it(`refuses ${what}, and names the argument`, () => {
      expect(() => canonical(1, argument))
        .to.throw(CacheError, /^Users\.find: argument 2 is or holds .*'key'$/)
        .with.property('code', 'CACHE_KEY_INVALID');
    });
  }
});

describe('defaultKey', () => {
  const keyOf = defaultKey('Users.find');

  it('names the method and the call', () => {
    expect(keyOf([42])).to.equal('Users.find(42)');
  });

  it('hashes long arguments, and still names the method', () => {
    expect(keyOf(['x'.repeat(300)])).to.match(/^Users\.find\(#[\da-f]{64}\)$/);
    expect(keyOf(['x'.repeat(300)])).not.to.equal(keyOf([`${'x'.repeat(299)}y`]));
  });
});
