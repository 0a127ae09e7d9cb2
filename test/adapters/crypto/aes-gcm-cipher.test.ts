import { expect } from 'chai';
import { createCipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import crypto from 'node:crypto';
import { inspect } from 'node:util';
import { restore, spy } from 'sinon';
import { AesGcmCipher, aesGcmCipher } from '../../../src/adapters/crypto/aes-gcm-cipher';
import { keyRing } from '../../../src/adapters/crypto/key-ring';
import { lengthPrefixed } from '../../../src/adapters/crypto/secret-keys';
import { SealCounter } from '../../../src/adapters/crypto/nonces';
import type { CacheError } from '../../../src/domain/cache-error';
import { cipherContract } from '../../../src/testing/cipher-contract';

cipherContract('aesGcmCipher', () => ({ cipher: aesGcmCipher({ keys: [{ id: '2026-11', key: randomBytes(32) }] }) }));

const boundTo = 'shop:v1:user:1';
const secret = 'a-secret';

function reasonOf(open: () => unknown): unknown {
  try {
    open();
  } catch (error) {
    expect(error).to.include({ name: 'CacheError', code: 'CACHE_PAYLOAD_REJECTED' });
    return (error as CacheError).reason;
  }
  return 'opened';
}

/** The bytes after the key id and the salt. */
function bytesOf(sealed: string): Buffer {
  return Buffer.from(sealed.slice(sealed.indexOf(':') + 1 + 22), 'base64url');
}

function withBytes(sealed: string, bytes: Buffer): string {
  return sealed.slice(0, sealed.indexOf(':') + 1 + 22) + bytes.toString('base64url');
}

describe('aesGcmCipher', () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const before = aesGcmCipher({ keys: [{ id: 'old', key: older }] });
  const learning = aesGcmCipher({ keys: [{ id: 'old', key: older }, { id: 'new', key: newer }] }); // prettier-ignore
  const promoted = aesGcmCipher({ keys: [{ id: 'new', key: newer }, { id: 'old', key: older }] }); // prettier-ignore
  const after = aesGcmCipher({ keys: [{ id: 'new', key: newer }] });

  it('opens a payload that another process sealed under the same key', () => {
    const other = aesGcmCipher({ keys: [{ id: 'old', key: older }] });

    expect(other.open(before.seal(secret, boundTo), boundTo)).to.equal(secret);
  });

  it('never gives the same sealed text twice', () => {
    const sealed = Array.from({ length: 1_000 }, () => before.seal(secret, boundTo));

    expect(new Set(sealed.map((one) => bytesOf(one).subarray(0, 12).toString('hex')))).to.have.property('size', 1_000);
  });

  it('lets old and new processes read each other during a rotation', () => {
    for (const [writer, reader] of [
      [before, learning],
      [learning, before],
      [learning, promoted],
      [promoted, learning],
      [promoted, after],
    ] as const) {
      // prettier-ignore
      expect(reader.open(writer.seal(secret, boundTo), boundTo)).to.equal(secret);
    }
  });

  it('rejects with unknown_key before a key is added and after it is removed', () => {
    expect(reasonOf(() => before.open(promoted.seal(secret, boundTo), boundTo))).to.equal('unknown_key');
    expect(reasonOf(() => after.open(before.seal(secret, boundTo), boundTo))).to.equal('unknown_key');
  });

  it('recognises a payload that is not sealed under the first key', () => {
    const sealed = before.seal(secret, boundTo);

    expect([before, learning, promoted].map((cipher) => cipher.isCurrent(sealed))).to.deep.equal([true, true, false]);
  });

  it('binds a payload to the whole L2 key: namespace, layout version and key', () => {
    const sealed = before.seal(secret, 'shop:a:v1:b');

    for (const other of ['shop:v1:a:v1:b', 'shop:a:v2:b', 'shop:b:v1:b', 'shop:a:v1:c', 'shop:a:v1:b ', 'shopa:v1:b']) {
      expect(
        reasonOf(() => before.open(sealed, other)),
        other,
      ).to.equal('tampered');
    }
  });

  it('binds a payload to its key id', () => {
    const twice = aesGcmCipher({ keys: [{ id: 'one', key: older }, { id: 'two', key: older }] }); // prettier-ignore
    const sealed = twice.seal(secret, boundTo);

    expect(reasonOf(() => twice.open(sealed.replace('one:', 'two:'), boundTo))).to.equal('tampered');
  });

  it('detects every changed bit of salt, nonce, ciphertext and tag', () => {
    const sealed = before.seal(secret, boundTo);
    const bytes = bytesOf(sealed);

    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(
        reasonOf(() => before.open(withBytes(sealed, changed), boundTo)),
        `bit ${bit}`,
      ).to.equal('tampered');
    }
    const at = 'old:'.length;
    const otherSalt = sealed.slice(0, at) + (sealed[at] === 'x' ? 'y' : 'x') + sealed.slice(at + 1);
    expect(reasonOf(() => before.open(otherSalt, boundTo))).to.equal('tampered');
  });

  it('accepts a tag of 16 bytes and no other', () => {
    const sealed = before.seal(secret, boundTo);
    const bytes = bytesOf(sealed);

    for (let cut = 1; cut <= 15; cut++) {
      expect(reasonOf(() => before.open(withBytes(sealed, bytes.subarray(0, -cut)), boundTo))).to.be.oneOf(['tampered', 'malformed']);
    }
  });

  it('accepts one encoding only of a sealed payload', () => {
    const sealed = before.seal('ab', boundTo);

    for (const other of [`${sealed}\n`, `${sealed}=`, `${sealed} `, sealed.replace(/(?<=.{40})./, '$& '), `${sealed}!`]) {
      expect(
        reasonOf(() => before.open(other, boundTo)),
        JSON.stringify(other),
      ).to.equal('malformed');
    }
  });

  it('demands a whole tag, on both sides', () => {
    const [sealing, opening] = [spy(crypto, 'createCipheriv'), spy(crypto, 'createDecipheriv')];
    try {
      before.open(before.seal(secret, boundTo), boundTo);
      for (const { args } of [sealing, opening]) expect(args).to.have.nested.property('[0][3]').that.deep.equals({ authTagLength: 16 });
    } finally {
      restore();
    }
  });

  it('rejects a text that no cipher sealed as malformed', () => {
    for (const foreign of ['', ':', 'old:', 'old', 'old:short', `old:${'A'.repeat(58)}`, `old:${'!'.repeat(100)}`, `${boundTo}${secret}`]) {
      expect(
        reasonOf(() => before.open(foreign, boundTo)),
        foreign,
      ).to.equal('malformed');
    }
  });

  it('derives a key for each namespace and process with HKDF-SHA-256, and never uses the key itself', () => {
    const sealed = before.seal(secret, boundTo);
    const salt = sealed.slice('old:'.length, 'old:'.length + 22);
    const bytes = bytesOf(sealed);
    const openedWith = (key: Uint8Array): string => {
      const cipher = createCipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
      cipher.setAAD(Buffer.from(lengthPrefixed('tiercel', 'aes-256-gcm', 'old', boundTo)));
      return Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('hex');
    };

    const derived = hkdfSync('sha256', older, salt, lengthPrefixed('tiercel', 'aes-256-gcm', 'shop'), 32);

    expect(bytes.subarray(12).toString('hex')).to.equal(openedWith(new Uint8Array(derived)));
    expect(bytes.subarray(12).toString('hex')).not.to.equal(openedWith(older));
  });

  it('accepts a key in every form that secret stores return', () => {
    const sealed = before.seal(secret, boundTo);
    const forms = [
      older,
      new Uint8Array(older),
      createSecretKey(older),
      older.toString('hex'),
      older.toString('hex').toUpperCase(),
      older.toString('base64'),
      older.toString('base64url'),
    ];

    for (const key of forms) expect(aesGcmCipher({ keys: [{ id: 'old', key }] }).open(sealed, boundTo)).to.equal(secret);
  });

  it('copies the key, so that the caller may wipe its own', () => {
    const given = Buffer.from(older);
    const cipher = aesGcmCipher({ keys: [{ id: 'old', key: given }] });
    given.fill(0);

    expect(before.open(cipher.seal(secret, boundTo), boundTo)).to.equal(secret);
  });

  it('shows ids and a count, but no key', () => {
    const cipher = aesGcmCipher({ keys: [{ id: 'old', key: older }] });
    cipher.seal(secret, boundTo);

    const shown = [JSON.stringify(cipher), inspect(cipher, { depth: null, showHidden: true }), JSON.stringify({ cipher })];

    expect(JSON.parse(shown[0] ?? '')).to.deep.equal({ algorithm: 'aes-256-gcm', keys: ['old'], sealed: 1 });
    for (const text of shown) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const) expect(text).not.to.contain(older.toString(encoding));
    }
  });

  it('refuses to seal once its key has sealed 2^32 times, and goes on opening', () => {
    const worn = (count: number): AesGcmCipher =>
      new AesGcmCipher(keyRing({ keys: [{ id: 'old', key: older }] }), (id) => new SealCounter(id, () => undefined, count));
    const last = worn(2 ** 32 - 1);

    const sealed = last.seal(secret, boundTo);

    expect(() => last.seal(secret, boundTo))
      .to.throw(/'old' has sealed 2\^32 times/)
      .with.property('code', 'CACHE_KEY_EXHAUSTED');
    expect(last.open(sealed, boundTo)).to.equal(secret);
  });
});
