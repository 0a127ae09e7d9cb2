import { expect } from 'chai';

import { nearestName } from '../../../src/domain/options/option-checks';

const known = ['ttl', 'maxTtl', 'namespace', 'nonBlocking', 'staleWhileRevalidate'];

describe('nearestName', () => {
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
