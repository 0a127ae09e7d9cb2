import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { nearestName, parseDuration } from '../../../src/domain/options/option-checks';

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
