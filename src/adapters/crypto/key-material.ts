import { createSecretKey, KeyObject } from 'node:crypto';

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
