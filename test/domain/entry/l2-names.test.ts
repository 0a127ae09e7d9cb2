import { expect } from 'chai';
import fc from 'fast-check';
import { escapingSanitizer } from '../../../src/adapters/keys/sanitizers';
import { CacheKeys, namespaceOf } from '../../../src/domain/entry/cache-keys';
import { isNamespace } from '../../../src/domain/options/option-checks';

const sanitizer = escapingSanitizer();

function remoteName(namespace: string, key: string): string {
  const keys = new CacheKeys(namespace, sanitizer);
  return keys.remote(keys.of(key));
}

/** Few letters, and those of which separators, layout versions, escapes and hashes are made. */
const piece = fc.constantFrom(
  'a',
  'b',
  ':',
  'v1',
  ':v1:',
  'v2',
  '.',
  '%',
  '%3A',
  '~',
  '{',
  '}',
  '\n',
  '\u202e',
  '\ud800',
  '\udbff',
  '\ufffd',
  'é',
  'e\u0301',
);
const key = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
const longKey = key.map((one) => one.repeat(300));
const namespace = fc
  .array(fc.constantFrom('a', 'b', 'v1x', 'v', 'a.b', 'v1.'), { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join(':'))
  .filter(isNamespace);
const place = fc.tuple(namespace, fc.oneof({ weight: 9, arbitrary: key }, { weight: 1, arbitrary: longKey }));

describe('names in L2', () => {
  it('are never one for two keys, over a million pairs that are built to collide', function () {
    this.timeout(20_000);
    let pairs = 0;
    fc.assert(
      fc.property(fc.uniqueArray(place, { minLength: 200, maxLength: 300, selector: (one) => JSON.stringify(one) }), (places) => {
        const names = new Set(places.map(([space, one]) => remoteName(space, one)));
        pairs += (places.length * (places.length - 1)) / 2;
        expect(names.size).to.equal(places.length);
      }),
      { numRuns: 50 },
    );
    expect(pairs).to.be.above(1_000_000);
  });

  it('are printable, of one line, without a hash tag of a cluster, and of bounded length', () => {
    fc.assert(
      fc.property(place, ([space, one]) => {
        const name = remoteName(space, one);
        expect(name).not.to.match(/[{}\s\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(Buffer.byteLength(name)).to.be.at.most(space.length + ':v1:'.length + 512);
      }),
    );
  });

  it('show their namespace', () => {
    fc.assert(
      fc.property(place, ([space, one]) => {
        expect(namespaceOf(remoteName(space, one))).to.equal(space);
      }),
    );
  });

  it('of one namespace begin like no name of another', () => {
    fc.assert(
      fc.property(place, namespace, ([space, one], other) => {
        fc.pre(space !== other);
        expect(remoteName(space, one).startsWith(new CacheKeys(other, sanitizer).prefix)).to.equal(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
