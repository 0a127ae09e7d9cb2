import { expect } from 'chai';

import { strictSanitizer, type StrictSanitizerOptions } from '../../../src/adapters/keys/sanitizers';
import { keySanitizerContract } from '../../../src/testing/key-sanitizer-contract';

keySanitizerContract('strictSanitizer that allows letters and digits', () => ({ sanitizer: strictSanitizer({ allow: /[a-z0-9:]+/ }) }));
keySanitizerContract('strictSanitizer that allows everything', () => ({ sanitizer: strictSanitizer({ allow: /[^]*/u }) }));

describe('strictSanitizer', () => {
  const sanitizer = strictSanitizer({ allow: /user:\d+|all/ });
  const sanitize = (key: string): string => sanitizer.sanitize(key);
  const refusal = { name: 'CacheError', code: 'CACHE_KEY_INVALID' };

  it('returns an allowed key unchanged', () => {
    for (const key of ['user:1', 'user:4711', 'all']) expect(sanitize(key)).to.equal(key);
  });

  it('refuses a key that matches in part', () => {
    for (const key of ['user:1 ', ' user:1', 'user:', 'xall', 'allx', 'user:1\nall', 'USER:1']) {
      expect(() => sanitize(key), key)
        .to.throw()
        .that.includes(refusal);
    }
  });

  it('refuses a key that is no string, too long, or needs an escape, whatever is allowed', () => {
    const lenient = strictSanitizer({ allow: /[^]*/ });

    for (const key of ['', 'a\nb', 'a b', '{a}', '100%', 'a'.repeat(513), '\ud800', 1 as unknown as string]) {
      expect(() => lenient.sanitize(key), key)
        .to.throw()
        .that.includes(refusal);
    }
    expect(lenient.sanitize('a'.repeat(512))).to.have.length(512);
  });

  it('gives the same result each time, whatever flags the expression has', () => {
    const sticky = strictSanitizer({ allow: /^a+$/gmy });

    for (let call = 0; call < 3; call++) expect(sticky.sanitize('aaa')).to.equal('aaa');
    expect(() => sticky.sanitize('b\na'))
      .to.throw()
      .that.includes(refusal);
  });

  it('refuses invalid options', () => {
    for (const given of [undefined, {}, { allow: '[a-z]+' }, { allow: /a/, allowed: /b/ }]) {
      expect(() => strictSanitizer(given as StrictSanitizerOptions))
        .to.throw(/strictSanitizer: /)
        .with.property('code', 'CACHE_OPTION_INVALID');
    }
  });
});
