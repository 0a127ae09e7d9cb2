import { expect } from 'chai';
import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';

import { keyRing, type AesGcmOptions } from '../../../src/adapters/crypto/key-ring';
import { CacheError } from '../../../src/domain/cache-error';

const good = randomBytes(32);

function problemOf(given: unknown): string {
  try {
    keyRing(given as AesGcmOptions);
  } catch (error) {
    expect(error).to.be.instanceOf(CacheError).with.property('code', 'CACHE_OPTION_INVALID');
    return (error as CacheError).message;
  }
  return 'accepted';
}

const withKey = (key: unknown): unknown => ({ keys: [{ id: '2026-11', key }] });

describe('the key ring', () => {
  it('keeps the order of its keys', () => {
    const ring = keyRing({ keys: [{ id: 'b', key: good }, { id: 'a', key: randomBytes(32) }] }); // prettier-ignore

    expect([...ring.keys()]).to.deep.equal(['b', 'a']);
  });

  const refused: Readonly<Record<string, readonly [given: unknown, problem: RegExp]>> = {
    'no options': [undefined, /options: expected an object/],
    'no keys': [{}, /options: expected at least one key/],
    'an empty ring': [{ keys: [] }, /keys: expected at least one key, as { id, key }, got none/],
    'an unknown option': [{ keys: [{ id: 'a', key: good }], key: 'x' }, /key: expected a known option \(did you mean 'keys'\?\)/],
    'two keys with one id': [{ keys: [{ id: 'a', key: good }, { id: 'b', key: good }, { id: 'a', key: good }] }, /keys\[2\]\.id: expected an id that no other key has/], // prettier-ignore
    'a first key that does not seal': [
      { keys: [{ id: 'a', key: good, openOnly: true }] },
      /keys\[0\]\.openOnly: expected a first key that seals, got true/,
    ],
    'a mode that is no flag': [{ keys: [{ id: 'a', key: good, openOnly: 'yes' }] }, /keys\[0\]\.openOnly: expected true or false/],
    'a key without an id': [{ keys: [{ key: good }] }, /keys\[0\]: expected an id of 1 to 64/],
    'an id that would not travel': [{ keys: [{ id: 'a:b', key: good }] }, /keys\[0\]\.id/],
    '31 bytes': [withKey(randomBytes(31)), /keys\[0\]\.key: expected a key of 32 random bytes.*, got 31 bytes/],
    '33 bytes': [withKey(randomBytes(33)), /got 33 bytes/],
    '31 bytes in a KeyObject': [withKey(createSecretKey(randomBytes(31))), /got 31 bytes/],
    'a public key': [withKey(generateKeyPairSync('ed25519').publicKey), /got a public key/],
    '31 bytes in base64': [withKey(randomBytes(31).toString('base64')), /got a string of 44 characters/],
    'an odd number of hex digits': [withKey(good.toString('hex').slice(1)), /got a string of 63 characters/],
    'no key at all': [withKey(undefined), /got a undefined/],
    words: [withKey('correct horse battery staple'), /a string of 28 characters that is neither: words are no key/],
    'words that could be base64': [withKey('correcthorsebatterystapleandsomemorewordsxx'), /words are no key/],
    'words as bytes': [withKey(Buffer.from('correct horse battery staple 123')), /readable text: words are no key/],
    'hex that was not decoded': [withKey(Buffer.from(good.toString('hex').slice(0, 32))), /readable text/],
    zeros: [withKey(Buffer.alloc(32)), /an example key/],
    'zeros in hex': [withKey('0'.repeat(64)), /an example key/],
    'one byte, repeated': [withKey(Buffer.alloc(32, 0xa5)), /an example key/],
    'a word, repeated': [withKey(Buffer.from('deadbeef'.repeat(8), 'hex')), /an example key/],
    'a sequence': [withKey(Buffer.from(Array.from({ length: 32 }, (_, at) => at))), /an example key/],
  };
  for (const [name, [given, problem]] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      expect(problemOf(given)).to.match(problem);
    });
  }

  it('repeats nothing of a secret that was given in the wrong field', () => {
    const secret = 'hunter2hunter2';

    for (const given of [withKey(secret), { keys: [{ id: `${secret}!`, key: good }] }, { keys: secret }, { [secret]: secret }]) {
      expect(problemOf(given).replace(`${secret}: expected one of keys`, '')).not.to.contain(secret);
    }
  });

  it('accepts random keys', () => {
    for (let run = 0; run < 2_000; run++) {
      const key = randomBytes(32);
      for (const form of [key, key.toString('base64'), key.toString('hex')]) keyRing({ keys: [{ id: 'a', key: form }] });
    }
  });
});
