import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { CacheError } from '../../domain/cache-error';
import { namespaceOf } from '../../domain/entry/cache-keys';
import type { Cipher } from '../../ports/cipher';
import type { PayloadRejection } from '../../ports/metrics-sink';
import { keyRing, type AesGcmOptions, type KeyRing } from './key-ring';
import { nonceBytes, Nonces, SealCounter } from './nonces';
import { lengthPrefixed, Subkeys } from './secret-keys';

const algorithm = 'aes-256-gcm';
/** Set on both sides: without it Node.js accepts tags of 4 bytes, which can be guessed. */
const tag = { authTagLength: 16 } as const;

const saltBytes = 16;
const saltLength = 22;

/** The public facts about a cipher: no secrets. */
export interface CipherSummary {
  readonly algorithm: string;
  /** Key ids; the first one seals. */
  readonly keys: readonly string[];
  /** Seals by this process under the first key. */
  readonly sealed: number;
}

/**
 * AES-256-GCM with a key ring.
 *
 *     <key id>:<salt><nonce, ciphertext and tag>             salt: 16 bytes, the rest: 12 + n + 16 bytes, each in base64url
 *
 * Each process draws one salt, and derives the sealing key from it and the namespace. So no two processes share a sealing key, and a count in this
 * process keeps the limit of the key, whatever the number of processes. The tag authenticates the algorithm, the key id and the full L2 key;
 * salt and namespace select the key.
 */
export class AesGcmCipher implements Cipher {
  readonly #ring: ReadonlyMap<string, Subkeys>;
  readonly #ids: readonly string[];
  /** The ids whose payloads are not sealed again. */
  readonly #current: ReadonlySet<string>;
  readonly #salt = randomBytes(saltBytes).toString('base64url');
  readonly #nonces = new Nonces();
  readonly #sealing: { readonly id: string; readonly keys: Subkeys; readonly counter: SealCounter };

  constructor(ring: KeyRing, newCounter: (keyId: string) => SealCounter) {
    const subkeys = Array.from(ring, ([id, { key }]) => [id, new Subkeys(key)] as const);
    const [first] = subkeys;
    if (first === undefined) throw new CacheError('CACHE_OPTION_INVALID', 'aesGcmCipher: keys: expected at least one key, got none');
    const [id, keys] = first;
    this.#ring = new Map(subkeys);
    this.#ids = [...ring.keys()];
    this.#current = new Set(this.#ids.filter((one) => one === id || ring.get(one)?.openOnly === true));
    this.#sealing = { id, keys, counter: newCounter(id) };
  }

  /** @throws CacheError `CACHE_KEY_EXHAUSTED` after 2^32 seals by one process; a process warning comes at 2^31 */
  seal(plaintext: string, boundTo: string): string {
    const { counter, id, keys } = this.#sealing;
    counter.next();
    const nonce = this.#nonces.next();
    const cipher = createCipheriv(algorithm, keys.of(namespaceOf(boundTo), this.#salt), nonce, tag);
    cipher.setAAD(authenticated(id, boundTo));
    const ciphertext = cipher.update(plaintext, 'utf8');
    cipher.final();
    return `${id}:${this.#salt}${Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url')}`;
  }

  open(sealed: string, boundTo: string): string {
    const idEnd = sealed.indexOf(':');
    const saltEnd = idEnd + 1 + saltLength;
    const bytes = fromBase64url(sealed.slice(saltEnd));
    if (idEnd < 1 || bytes.length < nonceBytes + tag.authTagLength) throw rejected('malformed');
    const id = sealed.slice(0, idEnd);
    const keys = this.#ring.get(id);
    if (keys === undefined) throw rejected('unknown_key');
    const key = keys.of(namespaceOf(boundTo), sealed.slice(idEnd + 1, saltEnd));
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), tag);
    decipher.setAAD(authenticated(id, boundTo));
    decipher.setAuthTag(bytes.subarray(-tag.authTagLength));
    const plaintext = decipher.update(bytes.subarray(nonceBytes, -tag.authTagLength));
    try {
      // Until the tag is verified, an attacker may have chosen the plaintext.
      decipher.final();
    } catch {
      throw rejected('tampered');
    }
    return plaintext.toString();
  }

  isCurrent(sealed: string): boolean {
    return this.#current.has(sealed.slice(0, sealed.indexOf(':')));
  }

  toJSON(): CipherSummary {
    return { algorithm, keys: this.#ids, sealed: this.#sealing.counter.count };
  }

  [inspect.custom](): string {
    return `AesGcmCipher ${inspect(this.toJSON())}`;
  }
}

/**
 * Seals values for L2 with AES-256-GCM. To rotate: add the new key at the end, in all processes; then put it first; remove the old key when all
 * values under it have expired. A value read under an old key is sealed again under the first,
 * unless the key is `openOnly`.
 * @throws CacheError `CACHE_OPTION_INVALID`: no key, two keys with one id, not 32 bytes, words, an example key, a first key that is `openOnly`
 */
export function aesGcmCipher(options: AesGcmOptions): AesGcmCipher {
  const warn = (message: string): void => {
    process.emitWarning(message, 'TiercelWarning');
  };
  return new AesGcmCipher(keyRing(options), (keyId) => new SealCounter(keyId, warn));
}

function authenticated(keyId: string, boundTo: string): Buffer {
  return Buffer.from(lengthPrefixed('tiercel', algorithm, keyId, boundTo));
}

const noBytes = Buffer.alloc(0);

/** Node.js skips characters that are not base64url, so many texts would decode to the same bytes. Only the exact encoding is accepted. */
function fromBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : noBytes;
}

const rejectionText = {
  malformed: 'it was not sealed by this cipher',
  unknown_key: 'it was sealed under a key that is not on the ring',
  tampered: 'it was changed, or sealed for another key',
} satisfies Partial<Record<PayloadRejection, string>>;

function rejected(reason: keyof typeof rejectionText): CacheError {
  return new CacheError('CACHE_PAYLOAD_REJECTED', `cipher: a payload was not opened: ${rejectionText[reason]}`, { reason });
}
