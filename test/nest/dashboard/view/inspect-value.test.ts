import { expect } from 'chai';

import { inspectValue } from '../../../../src/nest/dashboard/view/inspect-value';

class User {
  readonly name = 'Ada';
}

describe('inspectValue', () => {
  const printed: Readonly<Record<string, readonly [value: unknown, text: string]>> = {
    'a text': ["it's", `"it's"`],
    numbers: [[1, -0, NaN, 10n], '[\n  1,\n  -0,\n  NaN,\n  10n\n]'],
    nothing: [{ a: undefined, b: null, c: {}, d: [] }, '{\n  a: undefined,\n  b: null,\n  c: {},\n  d: []\n}'],
    'an instance': [new User(), 'User {\n  name: "Ada"\n}'],
    'a map': [new Map([['a b', 1]]), 'Map {\n  "a b" => 1\n}'],
    'a set': [new Set([true]), 'Set {\n  true\n}'],
    'an instant': [new Date(0), '1970-01-01T00:00:00.000Z'],
    'no instant': [new Date(NaN), 'Invalid Date'],
    bytes: [Buffer.from('abc'), 'Buffer (3 bytes)'],
    'an error': [new TypeError('no'), 'TypeError: "no"'],
    'code and symbols': [[() => 1, Symbol('s')], '[\n  [Function],\n  Symbol(s)\n]'],
    'names that are none': [{ 'a b': 1, __proto__: null }, '{\n  "a b": 1\n}'],
  };
  for (const [what, [value, text]] of Object.entries(printed)) {
    it(`prints ${what}`, () => {
      expect(inspectValue(value)).to.equal(text);
    });
  }

  it('runs nothing of the value', () => {
    let ran = 0;
    const run = (): never => {
      ran++;
      throw new Error('ran');
    };
    const traps = new Proxy({}, { get: run, ownKeys: run, getPrototypeOf: run, getOwnPropertyDescriptor: run });
    const named = class {
      readonly id = 1;
    };
    Object.defineProperty(named, 'name', { get: run });
    const value = {
      get trap() {
        return run();
      },
      toJSON: run,
      proxy: traps,
      heir: Object.create(traps) as unknown,
      map: Object.assign(new Map([[1, 2]]), { entries: run, [Symbol.iterator]: run }),
      date: Object.assign(new Date(0), { toISOString: run, getTime: run }),
      named: new named(),
      bytes: Object.defineProperty(new Uint8Array(2), 'byteLength', { get: run }),
      error: Object.defineProperty(new Error(), 'message', { get: run }),
      get [Symbol.toStringTag]() {
        return run();
      },
    };

    const text = inspectValue(value);

    expect(text).to.include('trap: [Getter]').and.include('proxy: [Proxy]').and.include('1 => 2');
    expect(ran).to.equal(0);
  });

  it('shows 2 000 characters at most', () => {
    expect(inspectValue('x'.repeat(10_000_000)).length).to.equal(2_001);
    expect(inspectValue(Array.from({ length: 1_000 }, () => 'y'.repeat(100))).length).to.be.at.most(2_001);
  });

  it('ends at a value that is too deep, or contains itself', () => {
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;

    expect(inspectValue(ring)).to.equal('{\n  self: [Circular]\n}');
    expect(inspectValue({ a: { b: { c: { d: { e: { f: 1 } } } } } })).to.include('e: [Object]');
  });

  it('looks at no more of a value than it shows', () => {
    const rows = (size: number) => Array.from({ length: size }, () => Array.from({ length: size }, () => ({ a: { b: [1, 2, 3] } })));
    const numbers = (size: number) => new Set(Array.from({ length: size }, (_, index) => index));
    const [small, large] = [
      [rows(51), numbers(51)],
      [rows(300), numbers(100_000)],
    ];
    /** The shortest of many runs, which other work on the machine lengthens least. */
    const msFor = (value: unknown): number => {
      let shortest = Infinity;
      for (let time = 0; time < 50; time++) {
        const began = performance.now();
        inspectValue(value);
        shortest = Math.min(shortest, performance.now() - began);
      }
      return shortest;
    };

    expect(inspectValue(large)).to.equal(inspectValue(small));
    expect(msFor(large)).to.be.below(10 * msFor(small));
  });
});
