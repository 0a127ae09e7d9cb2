import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { namespaceOf } from '../../domain/entry/cache-keys';
import { CacheError } from '../../domain/cache-error';
import type { Cipher } from '../../ports/cipher';
import type { PayloadRejection } from '../../ports/metrics-sink';
import { keyRing, type AesGcmOptions, type KeyRing } from './key-ring';
import { lengthPrefixed, Subkeys } from './subkeys';
import { nonceBytes, Nonces } from './nonces';
import { SealCounter } from './seal-counter';

const algorithm = 'aes-256-gcm';
/** Said on both sides: without it Node.js takes tags of 4 bytes, which can be guessed. */
const tag = { authTagLength: 16 } as const;

const saltBytes = 16;
const saltLength = 22;

/** What a person may see of a cipher. */
export interface CipherSummary {
  readonly algorithm: string;
  /** Ids, the one that seals first. */
  readonly keys: readonly string[];
  /** By this process, under the first key. */
  readonly sealed: number;
}

/**
 * AES-256-GCM with a key ring.
 *
 *     <key id>:<salt><nonce, ciphertext and tag>             salt: 16 bytes, the rest: 12 + n + 16 bytes, each in base64url
 *
 * The salt is drawn once per process, and the key that seals is derived from it and the namespace. So no two processes share one, and counting
 * in this process is enough to keep the limit of a key, however many processes there are. Authenticated are the algorithm, the key id
 * and the full layer-2 key; salt and namespace choose the key.
 */
export class AesGcmCipher implements Cipher {
  readonly #ring: ReadonlyMap<string, Subkeys>;
  readonly #ids: readonly string[];
  readonly #salt = randomBytes(saltBytes).toString('base64url');
  readonly #nonces = new Nonces();
  readonly #own: { readonly id: string; readonly keys: Subkeys; readonly counter: SealCounter };

  constructor(ring: KeyRing, newCounter: (keyId: string) => SealCounter) {
    const subkeys = Array.from(ring, ([id, key]) => [id, new Subkeys(key)] as const);
    const [first] = subkeys;
    if (first === undefined) throw new CacheError('CACHE_OPTION_INVALID', 'aesGcmCipher: keys: expected at least one key, got none');
    const [id, keys] = first;
    this.#ring = new Map(subkeys);
    this.#ids = [...ring.keys()];
    this.#own = { id, keys, counter: newCounter(id) };
  }

  /** @throws CacheError `CACHE_KEY_EXHAUSTED` after 2^32 seals by one process; the first warning comes at half of them */
  seal(plaintext: string, boundTo: string): string {
    const { counter, id, keys } = this.#own;
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
      // Before this has passed, the plaintext is whatever somebody wanted it to be.
      decipher.final();
    } catch {
      throw rejected('tampered');
    }
    return plaintext.toString();
  }

  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${this.#own.id}:`);
  }

  toJSON(): CipherSummary {
    return { algorithm, keys: this.#ids, sealed: this.#own.counter.count };
  }

  [inspect.custom](): string {
    return `AesGcmCipher ${inspect(this.toJSON())}`;
  }
}

/**
 * Seals what goes to layer 2 with AES-256-GCM. To rotate: add the new key at the end, everywhere; then put it first; take the old one out
 * when nothing lives any more that it has sealed. What is read under an old key is sealed again under the first.
 * @throws CacheError `CACHE_OPTION_INVALID`: no key, two with one id, not 32 bytes, words, an example key
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

const nothing = Buffer.alloc(0);

/** Node.js leaves out what is not base64url, and so would take many texts for one. */
function fromBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : nothing;
}

const rejectionText = {
  malformed: 'it was not sealed by this cipher',
  unknown_key: 'it was sealed under a key that is not on the ring',
  tampered: 'it was changed, or sealed for another key',
} satisfies Partial<Record<PayloadRejection, string>>;

function rejected(reason: keyof typeof rejectionText): CacheError {
  return new CacheError('CACHE_PAYLOAD_REJECTED', `cipher: a payload was not opened: ${rejectionText[reason]}`, { reason });
}
