import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const subkeyBytes = 32;

/** A subkey takes some 12 µs to derive. There is one for each namespace and each process whose payloads are read. */
const mostCached = 1_000;

/** HKDF-SHA-256 (RFC 5869) of one key: a key of its own for each namespace, and in it for each salt. */
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
    if (this.#derived.size === mostCached) this.#derived.clear();
    const derived = this.#derive(namespace, salt);
    this.#derived.set(name, derived);
    return derived;
  }

  /** How many are kept. */
  get size(): number {
    return this.#derived.size;
  }

  #derive(namespace: string, salt: string): KeyObject {
    const info = lengthPrefixed('tiercel', 'aes-256-gcm', namespace);
    return createSecretKey(Buffer.from(hkdfSync('sha256', this.#key, salt, info, subkeyBytes)));
  }
}

/** One text for several fields, each with its length in front, so that no two lists of fields are one text. */
export function lengthPrefixed(...fields: readonly string[]): string {
  return fields.map((field) => `${String(field.length)}:${field}`).join('');
}
