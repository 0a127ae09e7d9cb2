import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

import { hmacSanitizer, type HmacSanitizerOptions } from '../../../src/adapters/keys/sanitizers';
import { keySanitizerContract } from '../../../src/testing/key-sanitizer-contract';

keySanitizerContract('hmacSanitizer', () => ({ sanitizer: hmacSanitizer({ secret: randomBytes(32) }) }));

describe('hmacSanitizer', () => {
  const secret = randomBytes(32);
  const sanitizer = hmacSanitizer({ secret });
  const sanitize = (key: string): string => sanitizer.sanitize(key);

  it('reveals nothing of the key, not even its length', () => {
    for (const key of ['a', 'jane.doe@example.org', 'k'.repeat(10_000), '\ud800']) expect(sanitize(key)).to.match(/^~[\da-f]{64}$/);
  });

  it('gives the same names in each process with the same secret, and other names with another secret', () => {
    expect(hmacSanitizer({ secret: secret.toString('base64') }).sanitize('a')).to.equal(sanitize('a'));
    expect(hmacSanitizer({ secret: randomBytes(32) }).sanitize('a')).not.to.equal(sanitize('a'));
  });

  it('gives the same names as earlier releases, so that stored entries are found', () => {
    const name = hmacSanitizer({ secret: createHash('sha256').update('golden').digest() }).sanitize('user:1');

    expect(name).to.equal('~f804c7134965676f3b0032bcde347af394ffa80e1c1fdb12061879c69fe4dba0');
  });

  it('maps keys that are equal in UTF-8 to different names', () => {
    expect(new Set(['\ud800', '\udbff', '\ufffd'].map((key) => sanitize(key)))).to.have.property('size', 3);
  });

  it('refuses the empty key and values that are not strings', () => {
    for (const key of ['', 1, null, undefined, {}]) {
      expect(() => sanitize(key as string))
        .to.throw()
        .with.property('code', 'CACHE_KEY_INVALID');
    }
  });

  it('refuses words, example keys and other guessable secrets, without repeating them', () => {
    for (const given of [undefined, {}, { secret: 'hunter2' }, { secret: Buffer.alloc(32) }, { secret, salt: 'hunter2' }]) {
      expect(() => hmacSanitizer(given as HmacSanitizerOptions))
        .to.throw(/^hmacSanitizer: (?![^]*hunter2)/)
        .with.property('code', 'CACHE_OPTION_INVALID');
    }
  });

  it('shows nothing of its secret', () => {
    expect(inspect(sanitizer, { depth: null, showHidden: true }) + JSON.stringify(sanitizer)).not.to.match(
      new RegExp(`${secret.toString('hex')}|${secret.toString('base64').replace(/[+]/g, '\\+')}`),
    );
  });
});
