import assert from 'node:assert/strict';
import type { Cipher } from '../ports/cipher';
import { suite, type Harness } from './suite-tools';

export interface CipherHarness extends Harness {
  readonly cipher: Cipher;
}

const rejected = { name: 'CacheError', code: 'CACHE_PAYLOAD_REJECTED' };
const secret = 'a-secret: 4111 1111 1111 1111';

/** Tests everything that the cache relies on in a {@link Cipher}. */
export function cipherContract(name: string, makeHarness: () => CipherHarness | Promise<CipherHarness>): void {
  suite(`${name} keeps the Cipher contract`, makeHarness, (test) => {
    test('opens text that it sealed for the same key', ({ cipher }) => {
      for (const plaintext of ['', ' ', secret, 'Grüße 你好 👩‍👧', 'a\r\n\u0000b', 'é'.repeat(512 * 1024)]) {
        assert.ok(cipher.open(cipher.seal(plaintext, 'shop:a'), 'shop:a') === plaintext, 'the plaintext came back changed');
      }
    });

    test('shows nothing of the plaintext', ({ cipher }) => {
      const sealed = cipher.seal(secret, 'shop:a');

      for (const encoding of ['utf8', 'base64', 'base64url', 'hex', 'latin1'] as const) {
        assert.doesNotMatch(Buffer.from(sealed, encoding).toString('latin1'), /secret|4111 1111/);
      }
    });

    test('rejects text that was sealed for another key', ({ cipher }) => {
      const sealed = cipher.seal(secret, 'shop:a');

      for (const other of ['shop:b', 'shop:', '', 'shop:a ', 'Shop:a', 'shop:aa'])
        assert.throws(() => cipher.open(sealed, other), rejected);
    });

    test('rejects text that was changed, at any place', ({ cipher }) => {
      const sealed = cipher.seal(secret, 'shop:a');

      // Not the last character: some encodings leave bits of it unused.
      for (let at = 0; at < sealed.length - 1; at++) {
        const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
        assert.throws(() => cipher.open(changed, 'shop:a'), rejected, `changed at ${at}`);
      }
    });

    test('rejects text that was cut, lengthened, or never sealed', ({ cipher }) => {
      const sealed = cipher.seal(secret, 'shop:a');
      const cuts = Array.from({ length: sealed.length - 4 }, (_, length) => sealed.slice(0, length));

      for (const forged of [...cuts, sealed.slice(8), sealed + sealed, `${sealed}AAAA`, secret, 'null', '{}', '\u0000', '🔑']) {
        assert.throws(() => cipher.open(forged, 'shop:a'), rejected);
      }
    });

    test('takes its own sealed text as current', ({ cipher }) => {
      assert.notEqual(cipher.isCurrent?.(cipher.seal(secret, 'shop:a')), false);
    });

    test('has neither key nor content in its errors', ({ cipher }) => {
      const sealed = cipher.seal(secret, 'shop:a-secret');

      assert.throws(
        () => cipher.open(sealed, 'another-secret'),
        (error: Error) => !/secret|4111 1111/.test(error.message) && !error.message.includes(sealed),
      );
    });
  });
}
