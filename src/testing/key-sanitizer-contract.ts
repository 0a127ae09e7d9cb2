import assert from 'node:assert/strict';
import type { KeySanitizer } from '../ports/sanitized-key';
import { suite, type Harness } from './suite-tools';

export interface KeySanitizerHarness extends Harness {
  readonly sanitizer: KeySanitizer;
}

const long = 'k'.repeat(100_000);

/** Keys that a careless sanitiser maps to the same text, by removing, escaping, folding, normalising, cutting or encoding. */
const lookalikes: readonly string[] = [
  ...[
    '',
    ' ',
    '  ',
    '\t',
    '\n',
    '\r\n',
    '\u0000',
    '\u0001',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\u200b',
    '\u202e',
  ],
  ...[
    'user1',
    'user;1',
    'user:1',
    'user 1',
    'user_1',
    'user-1',
    'user%201',
    'user%3A1',
    'user%253A1',
    'user\\u00201',
    'user\\:1',
    'user+1',
  ],
  ...['USER1', 'User1', ' user1', 'user1 ', 'user1\n', 'user1\u0000', 'us\u0000er1', 'user1::', 'user1:*', 'user1\r\nDEL x', 'user\u200b1'],
  ...['é', 'e\u0301', '%C3%A9', 'Ã©', 'ﬁ', 'fi', 'ß', 'ss', 'I', 'ı', 'K', '\u212a', 'а', 'a', '🔑', '👩‍👩‍👧', '👩👩👧'],
  ...['\ud800', '\ud801', '\udc00', '\ufffd', '\ud800\u0000', 'a\ud800', '%ED%A0%80', '\\ud800'],
  ...[
    '*',
    '?',
    '[a]',
    '[b]',
    '{a}',
    '{b}',
    '{}',
    '\\',
    '\\\\',
    '%',
    '%%',
    '%25',
    '%2525',
    '$1',
    '__proto__',
    'constructor',
    'null',
    'undefined',
  ],
  ...[long, `${long}1`, `1${long}`, `${long.slice(1)}1`, `${long.slice(0, 50_000)}1${long.slice(50_000)}`],
];

/** Tests everything that the cache relies on in a {@link KeySanitizer}. */
export function keySanitizerContract(name: string, makeHarness: () => KeySanitizerHarness | Promise<KeySanitizerHarness>): void {
  suite(`${name} keeps the KeySanitizer contract`, makeHarness, (test) => {
    test('refuses only with CACHE_KEY_INVALID, without the key in the error', ({ sanitizer }) => {
      const keys = [...lookalikes, 'a-secret\u0000\ud800', `a-secret${long}`];
      for (const key of keys.filter((each) => isRefused(sanitizer, each))) {
        assert.throws(() => sanitizer.sanitize(key), {
          name: 'CacheError',
          code: 'CACHE_KEY_INVALID',
          message: /^(?![^]*(a-secret|kkkkkkkk))/,
        });
      }
    });

    test('returns the same text for the same key', ({ sanitizer }) => {
      for (const [key, sanitised] of sanitisedOf(sanitizer, lookalikes)) assert.equal(sanitizer.sanitize(key), sanitised);
    });

    test('never maps two keys to one, also if one key is the sanitised text of another', ({ sanitizer }) => {
      const once = [...sanitisedOf(sanitizer, lookalikes).values()];
      const keys = [...new Set([...lookalikes, ...once])];

      const seen = new Map<string, string>();
      for (const [key, sanitised] of sanitisedOf(sanitizer, keys)) {
        const other = seen.get(sanitised);
        assert.ok(other === undefined, `${shown(key)} and ${shown(other ?? '')} both became ${shown(sanitised)}`);
        seen.set(sanitised, key);
      }
    });

    test('returns no character that breaks a line, a terminal or an encoding', ({ sanitizer }) => {
      for (const [key, sanitised] of sanitisedOf(sanitizer, lookalikes)) {
        assert.doesNotMatch(sanitised, /[\p{Cc}\p{Cs}\u2028\u2029]/u, `of ${shown(key)}`);
      }
    });
  });
}

/** The accepted keys with their sanitised text. */
function sanitisedOf(sanitizer: KeySanitizer, keys: readonly string[]): Map<string, string> {
  const accepted = keys.filter((key) => !isRefused(sanitizer, key));
  return new Map(accepted.map((key) => [key, sanitizer.sanitize(key)]));
}

function isRefused(sanitizer: KeySanitizer, key: string): boolean {
  try {
    sanitizer.sanitize(key);
    return false;
  } catch {
    return true;
  }
}

function shown(key: string): string {
  return JSON.stringify(key.length > 100 ? `${key.slice(0, 100)}…` : key);
}
