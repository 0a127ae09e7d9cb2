import { deepStrictEqual } from 'node:assert/strict';

import { expect } from 'chai';
import fc from 'fast-check';

import { typedJsonSerializer as serializer } from '../../../src/adapters/serialization/typed-json-serializer';

function throughText(value: unknown): unknown {
  const text = serializer.serialize(value);
  if (text === undefined) throw new Error('the value was not serialised');
  return serializer.deserialize(text);
}

const bytes = [0, 1, 127, 128, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce((inner) => ({ inner }), 'deep inside');
}

/** V8 hashes integers without a secret: these share 13 bits of their hash, and so one of the 8 192 buckets of a Set of 5 000. */
function collidingNumbers(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 0; found.length < count; candidate++) if ((hashOf(candidate) & 8_191) === 7) found.push(candidate);
  return found;
}

function hashOf(integer: number): number {
  let hash = ~integer + (integer << 15);
  hash = Math.imul(hash ^ (hash >>> 12), 5);
  hash = Math.imul(hash ^ (hash >>> 4), 2_057);
  return hash ^ (hash >>> 16);
}

const serialised: Readonly<Record<string, unknown>> = {
  null: null,
  false: false,
  true: true,
  '0': 0,
  '-0': -0,
  '1e300': 1e300,
  "''": '',
  'a string that looks like a tag': '["date",0]',
  'a lone surrogate': '\ud800',
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
  'a BigInt': -123456789012345678901234567890n,
  undefined: undefined,
  'a Date': new Date(1_700_000_000_123),
  'a Date before the epoch': new Date(-1),
  'a Map': new Map<unknown, unknown>([
    [{ key: 1 }, new Map([['a', new Date(0)]])],
    ['b', undefined],
    [NaN, [1]],
  ]),
  'an empty Map': new Map(),
  'a Set': new Set<unknown>([1, 'a', null, undefined, new Set([-0])]),
  'a Buffer': Buffer.from(bytes),
  'an empty Buffer': Buffer.alloc(0),
  'a Buffer of a megabyte': Buffer.alloc(1024 * 1024, 7),
  'a Buffer that is a part of another': Buffer.from(bytes).subarray(3, 7),
  'nested undefined': { a: undefined, b: [undefined], c: { d: undefined } },
  'an array': [1, 'a', null, [true, []]],
  'an array that looks like a tag': ['date', 0],
  'an object that looks like an entry': { value: 1, expires: 2, createdAt: 3 },
  'plain JSON with a Date deep inside': { rows: [{ id: 1, at: new Date(5), tags: ['date', 'map'] }] },
  'an object without a prototype': Object.assign(Object.create(null) as object, { a: 1, b: [new Date(0)] }),
  'fields with special names': { constructor: 1, toString: 2, hasOwnProperty: 3, '': 4, 'a b': 5, prototype: {} },
  'numeric field names': { 2: 'b', 1: 'a', x: 'c' },
  'a mention of __proto__': { text: 'the "__proto__": field', list: ['__proto__'] },
  'a value nested 150 levels deep': nested(150),
};

const typedArrays = [
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

class Money {
  constructor(readonly amount: number) {}
}

class Day extends Date {}

class LoudMap extends Map<string, number> {}

const cycle: { self?: unknown } = {};
cycle.self = [cycle];

const refused: Readonly<Record<string, unknown>> = {
  'a function': () => 1,
  'a function inside': { a: [() => 1] },
  'a symbol': Symbol('a'),
  'an instance of a class': new Money(1),
  'an instance of a class inside': { rows: [new Money(1)] },
  'a subclass of Map': new LoudMap([['a', 1]]),
  'a subclass of Date': new Day(),
  'a subclass of Array': new (class List extends Array<number> {})(1, 2, 3),
  'an object with toJSON': { a: 1, toJSON: () => 'something else' },
  'an array with toJSON': Object.assign([1], { toJSON: () => 'something else' }),
  'an Error': new Error('a'),
  'a RegExp': /a/g,
  'a URL': new URL('http://a.example'),
  'a Promise': Promise.resolve(1),
  'a WeakMap': new WeakMap(),
  'an ArrayBuffer': new ArrayBuffer(8),
  'a DataView': new DataView(new ArrayBuffer(8)),
  'a boxed number': Object(1) as unknown,
  'a boxed string': Object('a') as unknown,
  'a cycle': cycle,
  'a field named __proto__': JSON.parse('{"a":{"__proto__":{"admin":true}}}') as unknown,
  'a prototype below a constructor': { constructor: { prototype: { admin: true } } },
  'a bigint of a million digits': 10n ** 1_000_000n,
  'an array with a hole': [1, , 3],
  'an array that is nothing but holes': new Array(2 ** 32 - 1),
  'a value nested deeper than the limit': nested(5_000),
};

describe('typedJsonSerializer', () => {
  for (const [name, value] of Object.entries(serialised)) {
    it(`restores ${name}`, () => {
      deepStrictEqual(throughText(value), value);
    });
  }

  it('restores an invalid Date', () => {
    expect((throughText(new Date(NaN)) as Date).getTime()).to.be.NaN;
  });

  for (const type of typedArrays) {
    it(`restores a ${type.name}, also one that is a view of a larger buffer`, () => {
      const { buffer } = Uint8Array.from(bytes);

      deepStrictEqual(throughText(new type(buffer)), new type(buffer));
      deepStrictEqual(throughText(new type(buffer, 8)), new type(buffer, 8));
    });
  }

  for (const [name, value] of Object.entries(refused)) {
    it(`does not serialise ${name}`, () => {
      expect(serializer.serialize(value)).to.equal(undefined);
    });
  }

  it('rethrows the error of a getter', () => {
    const value = Object.defineProperty({}, 'broken', {
      enumerable: true,
      get: () => {
        throw new Error('not now');
      },
    });

    expect(() => serializer.serialize(value)).to.throw('not now');
  });

  it('writes plain data as plain JSON', () => {
    expect(serializer.serialize({ id: 1, tags: ['a'] })).to.equal('j{"id":1,"tags":["a"]}');
    expect(serializer.serialize({ at: new Date(0) })).to.equal('x{"at":["date",0]}');
  });

  it('is not misled by a toJSON on a prototype of the language', () => {
    const prototype = BigInt.prototype as { toJSON?: () => string };
    prototype.toJSON = () => 'patched';
    try {
      expect(throughText([1n])).to.deep.equal([1n]);
    } finally {
      delete prototype.toJSON;
    }
  });

  it('gives a value that shares nothing with the original', () => {
    const value = { list: [1], bytes: Buffer.from('a') };
    const copy = throughText(value) as typeof value;
    copy.list.push(2);
    copy.bytes[0] = 0;

    expect([value.list, value.bytes.toString()]).to.deep.equal([[1], 'a']);
  });

  it('restores every value, or does not serialise it', () => {
    const anything = fc.anything({
      maxDepth: 4,
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
      stringUnit: 'binary',
    });
    fc.assert(
      fc.property(anything, (value) => {
        const text = serializer.serialize(value);
        // To Node 20 no invalid Date equals another.
        if (text === undefined || text.includes('["date",null]')) return;
        deepStrictEqual(serializer.deserialize(text), value);
      }),
      { numRuns: 1_000 },
    );
  });

  const foreign = [
    '',
    'j',
    'x',
    'y1',
    '{"a":1}',
    'j{"a":',
    'x["unknown",1]',
    'x[]',
    'x[null]',
    'x[["date",0]]',
    'x["constructor"]',
    'x["__proto__",1]',
    'x["bytes","Money","AAAA"]',
    'x["bytes","Float64Array","AAAA"]',
    'x["bytes","Buffer",1]',
    'x["bigint","one"]',
    'x["bigint",1]',
    'x["number","1"]',
    'x{"__proto__":{"admin":true}}',
    'j{"a":{"__proto__":{"admin":true}}}',
    'j{"__\\u0070roto__":{"admin":true}}',
    'j{"\\u005F_proto__":{"admin":true}}',
    'j[{"\\u005f\\u005Fproto__":{"admin":true}}]',
    'j{"constructor":{"prototype":{"admin":true}}}',
    'j{"const\\u0072uctor":{"pr\\u006ftotype":{"admin":true}}}',
    'x{"constructor":{"prototype":{"admin":true}}}',
    'x{"constructor":["bare",{"prototype":{"admin":true}}]}',
    `x["bigint","${'9'.repeat(10_002)}"]`,
    `j${'['.repeat(1_001)}${']'.repeat(1_001)}`,
    `j${'{"a":'.repeat(1_001)}1${'}'.repeat(1_001)}`,
    `j${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    `x${'["a",'.repeat(200_000)}1${']'.repeat(200_000)}`,
    `x${'{"a":'.repeat(1_001)}1${'}'.repeat(1_001)}`,
  ];
  for (const text of foreign) {
    it(`throws for ${JSON.stringify(text.slice(0, 80))} (${text.length} characters)`, () => {
      expect(() => serializer.deserialize(text)).to.throw();
    });
  }

  it('restores a value of the deepest allowed nesting, and a field named constructor', () => {
    for (const value of [nested(199), { constructor: 'Ferrari', prototype: 'a car' }, { constructor: { name: 'Ferrari' } }]) {
      deepStrictEqual(throughText(value), value);
      deepStrictEqual(throughText([undefined, value]), [undefined, value]);
    }
  });

  const bigints = (count: number): bigint[] => Array.from({ length: count }, (_, high) => (BigInt(high) << 64n) + 1n);
  const halves = <T>(all: readonly T[]): Set<T>[] => [all.slice(0, all.length / 2), all.slice(all.length / 2)].map((half) => new Set(half));
  const grouped: Readonly<Record<string, (members: readonly (number | bigint)[]) => unknown>> = {
    'a Set': (members) => new Set(members),
    'a Set among other members': (members) => ({ groups: [new Set([...members, 'a', 'b', undefined])] }),
    'a Map': (members) => new Map(members.map((member) => [member, 0])),
  };
  for (const [what, group] of Object.entries(grouped)) {
    it(`serialises ${what} of 5 000 numbers, and no more`, () => {
      for (const members of [collidingNumbers(5_001), bigints(5_001)]) {
        const most = group(members.slice(0, 5_000));

        deepStrictEqual(throughText(most), most);
        expect(serializer.serialize(group(members))).to.equal(undefined);
      }
    });
  }

  it('serialises several Sets whose cost together is that of one', () => {
    const members = collidingNumbers(7_200);

    deepStrictEqual(throughText(halves(members.slice(0, 7_000))), halves(members.slice(0, 7_000)));
    expect(serializer.serialize(halves(members))).to.equal(undefined);
  });

  it('serialises any number of numbers outside of Sets and keys of Maps', () => {
    const [numbers, names] = [Array.from({ length: 20_000 }, (_, i) => i), Array.from({ length: 20_000 }, (_, i) => `n${i}`)];
    const value = { list: [undefined, ...numbers], ids: new Set(names), byId: new Map(names.map((name, i) => [name, i])) };

    deepStrictEqual(throughText(value), value);
  });

  it('does not revive a megabyte of numbers that all collide', function () {
    this.timeout(2_000);
    const texts = [
      `x["set",${collidingNumbers(5_001).join(',')}]`,
      `x{"a":["map",${collidingNumbers(5_001).map((number) => `${number},0`).join(',')}]}`,
      `x["set",${bigints(30_000).map((member) => `["bigint","${member}"]`).join(',')}]`,
      `x["a",${Array<string>(17).fill(`["set",${collidingNumbers(5_000).join(',')}]`).join(',')}]`,
    ]; // prettier-ignore

    for (const text of texts) expect(() => serializer.deserialize(text)).to.throw('too many numbers');
  });

  it('returns a value or throws for any text, and changes no prototype', () => {
    const tag = fc.constantFrom('a', 'date', 'map', 'set', 'bytes', 'bigint', 'number', 'undefined', 'bare', '__proto__', 'constructor');
    const { tagged } = fc.letrec<{ tagged: unknown; leaf: unknown }>((tie) => ({
      leaf: fc.oneof(tag, fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('Buffer', 'BigInt64Array', 'AAAA')),
      tagged: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.tuple(tag, fc.array(tie('tagged'), { maxLength: 3 })).map(([name, content]) => [name, ...content]),
        fc.dictionary(tag, tie('tagged'), { maxKeys: 2, noNullPrototype: true }),
      ),
    }));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      tagged.map((value) => `x${JSON.stringify(value)}`),
      fc.json().map((json) => `j${json}`),
      fc.json().map((json) => `x${json}`),
    );
    fc.assert(
      fc.property(text, (one) => {
        try {
          serializer.deserialize(one);
        } catch (error) {
          expect(error).to.be.instanceOf(Error);
        }
        return !('admin' in {});
      }),
      { numRuns: 2_000 },
    );
  });
});
