import { KeyObject, createSecretKey, hkdfSync } from 'node:crypto';

/** 32 bytes, in one of the forms that secret stores return. */
export type KeyMaterial = Uint8Array | KeyObject | string;

const keyBytes = 32;
const hex = /^[\da-f]{64}$/i;
/** Also base64url, and without padding. */
const base64 = /^[\w+/-]{43}=?$/;

/** One of 10^16 random keys has fewer distinct bytes. */
const minDistinctBytes = 16;

/**
 * @param given - copied, so that the caller may wipe it
 * @returns the key, or why it is refused, without any of its content
 */
export function secretKeyFrom(given: unknown): KeyObject | string {
  if (given instanceof KeyObject && given.type !== 'secret') return `a ${given.type} key`;
  const bytes = bytesOf(given);
  if (typeof bytes === 'string') return bytes;
  if (bytes.length !== keyBytes) return `${String(bytes.length)} bytes`;
  return weakness(bytes) ?? createSecretKey(bytes);
}

function bytesOf(given: unknown): Buffer | string {
  if (given instanceof KeyObject) return given.export();
  if (given instanceof Uint8Array) return Buffer.from(given);
  if (typeof given !== 'string') return given === null ? 'null' : `a ${typeof given}`;
  if (hex.test(given)) return Buffer.from(given, 'hex');
  // Base64 of random bytes has both capitals and small letters, except for one of 10^9 keys; words often have one kind only.
  if (base64.test(given) && /[A-Z]/.test(given) && /[a-z]/.test(given)) return Buffer.from(given, 'base64');
  return `a string of ${String(given.length)} characters that is neither: words are no key`;
}

function weakness(bytes: Buffer): string | undefined {
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return 'readable text: words are no key';
  const isSequence = bytes.every((_, at) => at < 2 || byteDifference(bytes, at) === byteDifference(bytes, 1));
  return isSequence || new Set(bytes).size < minDistinctBytes ? 'an example key' : undefined;
}

function byteDifference(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) - (bytes[at - 1] ?? 0)) & 0xff;
}

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
    return createSecretKey(Buffer.from(hkdfSync('sha256', this.#key, salt, info, keyBytes)));
  }
}

/** Joins fields, each with its length in front, so that different lists give different texts. */
export function lengthPrefixed(...fields: readonly string[]): string {
  return fields.map((field) => `${String(field.length)}:${field}`).join('');
}
