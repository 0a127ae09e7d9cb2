import { expect } from 'chai';
import fc from 'fast-check';

import { escapingSanitizer } from '../../../src/adapters/keys/sanitizers';
import { keySanitizerContract } from '../../../src/testing/key-sanitizer-contract';

keySanitizerContract('escapingSanitizer', () => ({ sanitizer: escapingSanitizer() }));

const sanitizer = escapingSanitizer();
const sanitize = (key: string) => sanitizer.sanitize(key);

const forbidden = /[{} \u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff\p{Cc}\p{Cs}]/u;
const sanitized = /^(?:[^%~]|%[0-9A-F]{2}|%u[0-9A-F]{4})+(?:~[0-9a-f]{64})?$/u;

/** The characters of escapes and hashes, and others that have to be escaped: the material of a collision. */
const collidingCharacter = fc.constantFrom(
  ...'%~{}: uU0259DdAa\n\u0000\u0085\u202e\ufeffé€'.split(''),
  '\ud83d',
  '\ude00',
  '\ud800',
  '\udfff',
  '😀',
);
const collidingKey = fc.string({ unit: collidingCharacter, minLength: 1, maxLength: 12 });
const anyKey = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const longKey = fc
  .tuple(collidingKey, fc.integer({ min: 40, max: 700 }), collidingKey)
  .map(([head, count, tail]) => head.repeat(count) + tail);
const key = fc.oneof(collidingKey, anyKey, longKey);

describe('escapingSanitizer', () => {
  it('returns a plain key unchanged', () => {
    for (const plain of ['a', 'user:1', 'user:*', 'a?b[c]', 'Class.method("1",null)', '!"#$&\'()*+,-./09:;<=>?@AZ[\\]^_`az|']) {
      expect(sanitize(plain)).to.equal(plain);
    }
  });

  it('escapes characters with a special meaning', () => {
    expect(sanitize('100%')).to.equal('100%25');
    expect(sanitize('user:{1}')).to.equal('user:%7B1%7D');
    expect(sanitize('~me')).to.equal('%7Eme');
    expect(sanitize('a b')).to.equal('a%20b');
  });

  it('escapes controls, line separators and bidirectional marks', () => {
    expect(sanitize('a\r\n\u0000\u007f\u0085b')).to.equal('a%0D%0A%00%7F%85b');
    expect(sanitize('\u2028\u2029\u200e\u200f\u061c\ufeff')).to.equal('%u2028%u2029%u200E%u200F%u061C%uFEFF');
    expect(sanitize('\u202a\u202b\u202c\u202d\u202e')).to.equal('%u202A%u202B%u202C%u202D%u202E');
    expect(sanitize('\u2066\u2067\u2068\u2069')).to.equal('%u2066%u2067%u2068%u2069');
  });

  it('escapes half a surrogate pair, and leaves a whole one alone', () => {
    expect(sanitize('a\ud83d')).to.equal('a%uD83D');
    expect(sanitize('\ude00\ud83d')).to.equal('%uDE00%uD83D');
    expect(sanitize('😀')).to.equal('😀');
  });

  it('keeps other text unchanged', () => {
    expect(sanitize('caf\u00e9')).to.equal('caf\u00e9');
    expect(sanitize('cafe\u0301')).to.equal('cafe\u0301');
    expect(sanitize('東京\u00a0ß')).to.equal('東京\u00a0ß');
  });

  it('refuses the empty key and values that are not strings', () => {
    for (const invalid of ['', 1, null, undefined, {}, ['a'], Symbol('a')]) {
      expect(() => sanitize(invalid as string), typeof invalid)
        .to.throw()
        .with.property('code', 'CACHE_KEY_INVALID');
    }
  });

  it('keeps a key of 512 bytes and hashes a longer one after a readable prefix', () => {
    expect(sanitize('a'.repeat(512))).to.equal('a'.repeat(512));
    expect(sanitize('a'.repeat(513))).to.match(/^a{64}~[0-9a-f]{64}$/);
  });

  it('counts bytes after escaping, not characters', () => {
    expect(sanitize('é'.repeat(256))).to.equal('é'.repeat(256));
    expect(sanitize('é'.repeat(257))).to.match(/^é{64}~[0-9a-f]{64}$/);
    expect(sanitize(' '.repeat(170))).to.equal('%20'.repeat(170));
    expect(sanitize(' '.repeat(171))).to.match(/^(%20){21}~[0-9a-f]{64}$/);
  });

  it('cuts the prefix between characters', () => {
    expect(sanitize(`${'a'.repeat(63)}😀${'b'.repeat(600)}`)).to.match(/^a{63}~/);
    expect(sanitize(`${'a'.repeat(61)} ${'b'.repeat(600)}`)).to.match(/^a{61}%20~/);
    expect(sanitize(`${'a'.repeat(62)} ${'b'.repeat(600)}`)).to.match(/^a{62}~/);
    expect(sanitize(`${'a'.repeat(60)}\ud800${'b'.repeat(600)}`)).to.match(/^a{60}~/);
    expect(sanitize(` ${'😀'.repeat(600)}`)).to.match(/^%20(😀){30}~/u);
  });

  it('is reversible for a key that it does not hash', () => {
    fc.assert(
      fc.property(fc.oneof(collidingKey, anyKey), (one) => {
        expect(unescape(sanitize(one))).to.equal(one);
      }),
      { numRuns: 3_000 },
    );
  });

  it('never maps two keys to one', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        fc.pre(one !== other);
        expect(sanitize(one)).not.to.equal(sanitize(other));
      }),
      { numRuns: 3_000 },
    );
  });

  it('maps no key to the output of another key', () => {
    fc.assert(
      fc.property(key, (one) => {
        const look = sanitize(one);
        fc.pre(look !== one);
        expect(sanitize(look)).not.to.equal(look);
      }),
      { numRuns: 1_000 },
    );
  });

  it('maps long ill-formed keys that are equal in UTF-8 to different hashes', () => {
    const tail = 'a'.repeat(600);

    const three = ['\ud800', '\udbff', '\ufffd'].map((odd) => sanitize(tail + odd));

    expect(new Set(three)).to.have.property('size', 3);
  });

  it('returns at most 512 bytes, well-formed, without characters that need an escape', () => {
    fc.assert(
      fc.property(key, (one) => {
        const result = sanitize(one);
        expect(Buffer.byteLength(result)).to.be.within(1, 512);
        expect(result).not.to.match(forbidden);
        expect(result).to.match(sanitized);
      }),
      { numRuns: 2_000 },
    );
  });

  it('returns the same for the same key', () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(escapingSanitizer().sanitize(one)).to.equal(sanitize(one));
      }),
    );
  });

  it('accepts a key of ten megabytes', () => {
    for (const character of ['a', '%', '€', '\ud800']) {
      expect(Buffer.byteLength(sanitize(character.repeat(10_000_000)))).to.be.below(512);
    }
  });
});

function unescape(escaped: string): string {
  return escaped.replace(/%(?:u([0-9A-F]{4})|([0-9A-F]{2}))/g, (_, four: string | undefined, two: string) =>
    String.fromCharCode(Number.parseInt(four ?? two, 16)),
  );
}
