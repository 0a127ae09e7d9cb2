import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Cipher } from '../../ports/cipher';
import type { Serializer } from '../../ports/serializer';
import { CacheError } from '../cache-error';
import type { Entry } from './entry';
import { readHeader, writeHeader, type EntryHeader } from './entry-header';
import { checkVersion, type Rejected, type PayloadConstraints, schemaRejection } from './payload-check';
import { isLongerThan } from './utf8-length';

/**
 * Entry ⇄ payload.
 *
 *     t2<as of>,<created>,<ttl>,<grace>,<l1 ttl>[,<tags>[,<version>[,<stale if error>]]];<serialised value>        all in milliseconds, an empty number is `Infinity`
 *     t2$<all of that, sealed>
 *
 * The life of an entry comes first, so that `has` does not parse the value, and freshness does not depend on the server's clock.
 * The sealed text repeats the wire version, so that an attacker cannot change it.
 * L2 is shared, so its content is untrusted: a payload that is not exactly of this form is rejected with a reason; nothing is thrown.
 */
const wireVersion = 't2';

const sealedMark = '$';

/** `cause` is the error of the cipher. */
type Encoded = { readonly payload: string } | Rejected;

export type Decoded<T> = T | Rejected;

const noConstraints: PayloadConstraints = { version: undefined, schema: undefined };

export class PayloadCodec {
  readonly #serializer: Serializer;
  readonly #cipher: Cipher | undefined;
  readonly #maxBytes: number;
  readonly #keyPrefix: string;

  /**
   * @param maxBytes - of a payload; a longer one is neither sent nor parsed
   * @param keyPrefix - the prefix that the driver adds to every key
   */
  constructor(serializer: Serializer, cipher: Cipher | undefined, maxBytes = Infinity, keyPrefix = '') {
    this.#serializer = serializer;
    this.#cipher = cipher;
    this.#maxBytes = maxBytes;
    this.#keyPrefix = keyPrefix;
  }

  encode(entry: Entry, boundTo: SanitizedKey): Encoded {
    const body = this.#trySerialize(entry.value);
    if (body === undefined) return { rejected: 'unencodable' };
    const plain = `${wireVersion}${writeHeader(entry)};${body}`;
    if (isLongerThan(plain, this.#maxBytes)) return { rejected: 'oversized' };
    return this.#cipher === undefined ? { payload: plain } : this.#seal(this.#cipher, plain, boundTo);
  }

  decode(payload: string, boundTo: SanitizedKey, constraints = noConstraints): Decoded<Entry> {
    const content = this.#open(payload, boundTo);
    if (typeof content !== 'string') return content;
    const end = content.indexOf(';');
    const header = checkVersion(readHeader(content, end), constraints);
    if ('rejected' in header) return header;
    try {
      const value = this.#serializer.deserialize(content.slice(end + 1));
      const rejected = constraints.schema && schemaRejection(value, constraints.schema);
      if (rejected !== undefined) return rejected;
      const { createdAt, expiresAt, staleUntil, staleIfErrorMs, l1TtlMs, tags, asOf, version } = header;
      const entry = { value, createdAt, expiresAt, staleUntil, staleIfErrorMs, l1TtlMs, tags, asOf };
      return version === undefined ? entry : { ...entry, version };
    } catch {
      return { rejected: 'malformed' };
    }
  }

  /** As {@link decode}, without parsing or validating the value. */
  decodeHeader(payload: string, boundTo: SanitizedKey, constraints = noConstraints): Decoded<EntryHeader> {
    const content = this.#open(payload, boundTo);
    return typeof content === 'string' ? checkVersion(readHeader(content, content.indexOf(';')), constraints) : content;
  }

  /** Whether a payload that was opened is sealed under the current key. */
  isCurrent(payload: string): boolean {
    return this.#cipher?.isCurrent?.(withoutMark(payload)) ?? true;
  }

  /** The same payload, sealed under the current key; `undefined` if the cipher fails. */
  reseal(payload: string, boundTo: SanitizedKey): string | undefined {
    const content = this.#open(payload, boundTo);
    if (this.#cipher === undefined || typeof content !== 'string') return undefined;
    const sealed = this.#seal(this.#cipher, wireVersion + content, boundTo);
    return 'payload' in sealed ? sealed.payload : undefined;
  }

  #trySerialize(value: unknown): string | undefined {
    try {
      return this.#serializer.serialize(value);
    } catch {
      return undefined;
    }
  }

  #seal(cipher: Cipher, plain: string, boundTo: SanitizedKey): Encoded {
    try {
      const sealed: unknown = cipher.seal(plain, this.#keyPrefix + boundTo);
      if (typeof sealed !== 'string') return { rejected: 'unsealed', cause: notText(sealed) };
      const payload = wireVersion + sealedMark + sealed;
      return isLongerThan(payload, this.#maxBytes) ? { rejected: 'oversized' } : { payload };
    } catch (error) {
      // An error of a foreign cipher may contain the plaintext.
      return error instanceof CacheError ? { rejected: 'unsealed', cause: error } : { rejected: 'unsealed' };
    }
  }

  /** The content after the wire version. */
  #open(payload: string, boundTo: SanitizedKey): string | Rejected {
    if (payload.length > this.#maxBytes) return { rejected: 'oversized' };
    if (!payload.startsWith(wireVersion)) return ofAnotherVersion(payload);
    const isSealed = payload.charAt(wireVersion.length) === sealedMark;
    // With a cipher, our payloads are sealed: accepting plain text would let any client with write access bypass the seal.
    if (isSealed !== (this.#cipher !== undefined)) return { rejected: 'sealed' };
    if (this.#cipher === undefined) return payload.slice(wireVersion.length);
    const plain = opened(this.#cipher, withoutMark(payload), this.#keyPrefix + boundTo);
    if (typeof plain !== 'string') return plain;
    return plain.startsWith(wireVersion) ? plain.slice(wireVersion.length) : ofAnotherVersion(plain);
  }
}

function withoutMark(payload: string): string {
  return payload.slice(wireVersion.length + sealedMark.length);
}

function ofAnotherVersion(payload: string): Rejected {
  return { rejected: /^t\d/.test(payload) ? 'version' : 'malformed' };
}

function opened(cipher: Cipher, sealed: string, boundTo: string): string | Rejected {
  try {
    const plain: unknown = cipher.open(sealed, boundTo);
    return typeof plain === 'string' ? plain : { rejected: 'sealed', cause: notText(plain) };
  } catch (error) {
    return { rejected: (error instanceof CacheError ? error.reason : undefined) ?? 'sealed' };
  }
}

/** An ignored promise must not end the process when it rejects. */
function notText(given: unknown): CacheError {
  Promise.resolve(given).catch(() => undefined);
  return new CacheError('CACHE_OPTION_INVALID', 'cipher: expected seal and open to return a string, not a promise; got something else');
}
