import { inspect } from 'node:util';

import { expect } from 'chai';
import fc from 'fast-check';
import { CacheKeys } from '../../../src/domain/entry/cache-keys';
import { isNamespace } from '../../../src/domain/options/option-checks';
import { escapingSanitizer } from '../../../src/adapters/keys/sanitizers';
import { CacheError } from '../../../src/domain/cache-error';

const keysOf = (namespace: string) => new CacheKeys(namespace, escapingSanitizer());

/** Parts of namespaces and keys, with those that two names could confuse. */
const segment = fc.constantFrom('a', 'b', 'v', 'v1', 'v2', '1', '.', '%3A', '~');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join(':'));
const namespace = path.filter(isNamespace);

describe('CacheKeys', () => {
  it('knows a key in this process by its sanitised form alone', () => {
    expect(keysOf('shop').of('user:1')).to.equal('user:1');
    expect(keysOf('shop').of('user 1')).to.equal('user%201');
  });

  it('prefixes a key of L2 with namespace and layout version', () => {
    const keys = keysOf('shop:orders');

    expect(keys.remote(keys.of('user:1'))).to.equal('shop:orders:v1:user:1');
    expect(keys.prefix).to.equal('shop:orders:v1:');
  });

  for (const given of ['', undefined, null, 1, {}, [], Symbol('k'), ['a']]) {
    it(`refuses ${inspect(given)} as a key, without repeating it`, () => {
      expect(() => keysOf('shop').of(given as string))
        .to.throw(CacheError, /^key: expected a string that is not empty, got (an empty one|\w+)$/)
        .with.property('code', 'CACHE_KEY_INVALID');
    });
  }

  it('never gives two keys of two namespaces one name in L2', () => {
    fc.assert(
      fc.property(namespace, path, namespace, path, (oneNamespace, oneKey, otherNamespace, otherKey) => {
        fc.pre(oneNamespace !== otherNamespace || oneKey !== otherKey);
        const [one, other] = [keysOf(oneNamespace), keysOf(otherNamespace)];
        return one.remote(one.of(oneKey)) !== other.remote(other.of(otherKey));
      }),
      { numRuns: 2_000 },
    );
  });

  it('has a prefix that no key of another namespace starts with', () => {
    fc.assert(
      fc.property(namespace, namespace, path, (mine, theirs, key) => {
        fc.pre(mine !== theirs);
        const other = keysOf(theirs);
        return !other.remote(other.of(key)).startsWith(keysOf(mine).prefix);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('isNamespace', () => {
  it('takes letters, digits, _, . and - in segments', () => {
    for (const name of ['a', 'shop', 'shop:orders', 'A.b_c-9', 'v', 'vv1', 'x'.repeat(64)]) expect(isNamespace(name), name).to.equal(true);
  });

  it('refuses an ambiguous name', () => {
    const refused = [
      '',
      ':',
      'a:',
      ':a',
      'a::b',
      'v1',
      'v22',
      'a:v1',
      'v1:a',
      'a:v22:b',
      'a b',
      'a*',
      'a?',
      '[a]',
      'a\\',
      '{a}',
      'ä',
      'é',
      'a\n',
      'x'.repeat(65),
      1,
      null,
      undefined,
      {},
    ];
    for (const name of refused) expect(isNamespace(name), inspect(name)).to.equal(false);
  });
});
