import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const subkeyBytes = 32;

/** Deriving a subkey takes some 12 µs. There is one for each namespace and each process that sealed a payload we read. */
const maxCached = 1_000;

/** Derives one key for each pair of namespace and salt, with HKDF-SHA-256 (RFC 5869). */
export class Subkeys {
  readonly #key: KeyObject;
  readonly #derived = new Map<string, KeyObject>();

  constructor(key: KeyObject) {
    this.#key = key;
  }

  of(namespace: string, salt: string): KeyObject {
    const name = `${salt}${namespace}`;
    const known = this.#derived.get(name);
    if (known !== undefined) return known;
    if (this.#derived.size === maxCached) this.#derived.clear();
    const derived = this.#derive(namespace, salt);
    this.#derived.set(name, derived);
    return derived;
  }

  /** The number of cached subkeys. */
  get size(): number {
    return this.#derived.size;
  }

  #derive(namespace: string, salt: string): KeyObject {
    const info = lengthPrefixed('tiercel', 'aes-256-gcm', namespace);
    return createSecretKey(Buffer.from(hkdfSync('sha256', this.#key, salt, info, subkeyBytes)));
  }
}

/** Joins fields, each with its length in front, so that different lists give different texts. */
export function lengthPrefixed(...fields: readonly string[]): string {
  return fields.map((field) => `${String(field.length)}:${field}`).join('');
}
