import { expect } from 'chai';
import { CacheScope, CacheTTL, HttpCache } from '../../../src/nest';

const slips: Readonly<Record<string, () => unknown>> = {
  "@CacheTTL('5 minuten')": () => CacheTTL('5 minuten' as never),
  '@CacheTTL(0)': () => CacheTTL(0),
  '@CacheTTL(-1)': () => CacheTTL(-1),
  "@CacheScope('users')": () => CacheScope('users' as never),
  '@HttpCache({ cachecontrol: true })': () => HttpCache({ cachecontrol: true } as never),
  "@HttpCache({ etag: 'weak' })": () => HttpCache({ etag: 'weak' } as never),
};

describe('A slip in a decorator of a route', () => {
  for (const [what, declare] of Object.entries(slips)) {
    it(`is refused where the class is declared: ${what}`, () => {
      expect(declare)
        .to.throw(/^@(CacheTTL|CacheScope|HttpCache): /)
        .with.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  it('accepts valid declarations', () => {
    for (const declare of [() => CacheTTL('5m'), () => CacheTTL({ primary: '1s' }), () => CacheTTL(() => 5), () => CacheScope('user')])
      expect(declare).not.to.throw();
  });
});
