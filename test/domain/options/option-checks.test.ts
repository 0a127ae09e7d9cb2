import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  fraction,
  isNamespace,
  nearestName,
  parseDuration,
  parseOptions,
  shape,
  wholeNumber,
  type Check,
} from '../../../src/domain/options/option-checks';

describe('parseDuration', () => {
  const accepted: readonly [unknown, number][] = [
    [0, 0],
    [250, 250],
    [1.5, 1.5],
    ['0ms', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1.5h', 5_400_000],
    ['30d', 2_592_000_000],
  ];
  for (const [given, ms] of accepted) {
    it(`takes ${JSON.stringify(given)} for ${ms} milliseconds`, () => {
      expect(parseDuration(given)).to.equal(ms);
    });
  }

  const refused = [
    -1,
    -0.001,
    NaN,
    Infinity,
    -Infinity,
    '',
    '5',
    'm',
    '5 m',
    ' 5m',
    '5m ',
    '-5m',
    '+5m',
    '5M',
    '.5m',
    '5.m',
    '1e3ms',
    '5m30s',
  ];
  const neverDurations = [undefined, null, true, false, 5n, [], [5], {}, new Date(), () => 5, Symbol('5m')];
  for (const given of [...refused, ...neverDurations]) {
    it(`refuses ${inspect(given)}`, () => {
      expect(parseDuration(given)).to.equal(undefined);
    });
  }

  it('refuses a duration over 1000 years, instead of making it endless', () => {
    for (const given of [Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, '9007199254740991ms', `${'9'.repeat(400)}d`]) {
      expect(parseDuration(given)).to.equal(undefined);
    }
  });

  it('takes a duration of 1000 years', () => {
    const longest = 365_000 * 86_400_000;
    expect([parseDuration(longest), parseDuration('365000d'), parseDuration(longest + 1)]).to.deep.equal([longest, longest, undefined]);
  });

  it('gives milliseconds or nothing, whatever it is asked', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.stringMatching(/^[\d.]{0,4}(ms|s|m|h|d)?$/)), (given) => {
        const ms = parseDuration(given);
        return ms === undefined || (Number.isFinite(ms) && ms >= 0);
      }),
    );
  });
});

describe('nearestName', () => {
  const known = ['ttl', 'maxTtl', 'namespace', 'nonBlocking', 'staleWhileRevalidate'];
  const guesses: readonly [string, string | undefined][] = [
    ['tll', 'ttl'],
    ['TTL', 'ttl'],
    ['maxTTL', 'maxTtl'],
    ['nameSpace', 'namespace'],
    ['namespaces', 'namespace'],
    ['nonblocking', 'nonBlocking'],
    ['staleWhileRevalidat', 'staleWhileRevalidate'],
    ['stalWhilRevaldte', 'staleWhileRevalidate'],
    ['swr', undefined],
    ['compression', undefined],
    ['', undefined],
  ];
  for (const [given, meant] of guesses) {
    it(`guesses ${meant ?? 'nothing'} for '${given}'`, () => {
      expect(nearestName(given, known)).to.equal(meant);
    });
  }

  it('guesses nothing where nothing is known', () => {
    expect(nearestName('ttl', [])).to.equal(undefined);
  });
});

/** The problem of one option; `undefined` if it is right. */
function problemOf(check: Check<unknown>, given: unknown): string | undefined {
  try {
    parseOptions('call', shape({ a: check }), { a: given });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the check of a number', () => {
  const accepts = (check: Check<unknown>, given: unknown): boolean => problemOf(check, given) === undefined;

  it('has both bounds of whole numbers in it', () => {
    const given = [0, 1, 2, 3, 4, 1.5, NaN, Infinity, '2', 2n, null, undefined];
    expect(given.filter((one) => accepts(wholeNumber(1, 3), one))).to.deep.equal([1, 2, 3]);
  });

  it('has 1 in a fraction that goes up to it, and never 0', () => {
    const given = [-0.1, 0, 0.001, 0.999, 1, 1.001, NaN, '0.5', null];
    expect(given.filter((one) => accepts(fraction('up to 1'), one))).to.deep.equal([0.001, 0.999, 1]);
    expect(given.filter((one) => accepts(fraction('below 1'), one))).to.deep.equal([0.001, 0.999]);
  });
});

describe('the message of a wrong option', () => {
  it('repeats a text of up to 32 characters, which is probably mistyped, and no longer one', () => {
    expect(problemOf(wholeNumber(1, 3), 'x'.repeat(32))).to.equal(`call: a: expected a whole number from 1 to 3, got '${'x'.repeat(32)}'`);
    expect(problemOf(wholeNumber(1, 3), 'x'.repeat(33))).to.equal(
      'call: a: expected a whole number from 1 to 3, got a string of 33 characters',
    );
  });

  it('names the kind of anything else', () => {
    const got = [undefined, null, NaN, true, ['a', 'b'], { a: 1 }, () => 1, Symbol('a'), 5n].map(
      (given) => problemOf(wholeNumber(1, 3), given)?.split(', got ')[1],
    );
    expect(got).to.deep.equal(['undefined', 'null', 'NaN', 'true', 'an array of 2', 'an object', 'a function', 'a symbol', 'a bigint']);
  });
});

describe('isNamespace', () => {
  for (const name of ['a', 'shop', 'shop:de:v2x', 'A-b_c.9', 'v', 'v1a', '1', 'x'.repeat(64)]) {
    it(`takes '${name}'`, () => {
      expect(isNamespace(name)).to.equal(true);
    });
  }

  for (const name of ['', ':', 'a:', ':a', 'a::b', 'v1', 'a:v22', 'v1:a', 'a b', 'ä', 'a/b', 'x'.repeat(65), 5, null, ['a']]) {
    it(`refuses ${inspect(name)}`, () => {
      expect(isNamespace(name)).to.equal(false);
    });
  }
});
