import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Cipher } from '../../ports/cipher';
import type { Serializer } from '../../ports/serializer';
import { CacheError } from '../cache-error';
import type { Entry } from './entry';
import { readHeader, writeHeader, type EntryHeader } from './entry-header';
import { type Rejected, type PayloadConstraints, schemaRejection } from './payload-check';
import { isLongerThan } from './utf8-length';

/**
 * Entry ⇄ payload.
 *
 *     t1<created>,<ttl>,<grace>,<l1 ttl>[,<tags>[,<version>]];<serialised value>        all in milliseconds, an empty number is `Infinity`
 *     t1$<all of that, sealed>
 *
 * The life of an entry stands in front, so that `has` need not look at the value, and so that freshness never depends on the server's clock.
 * The wire version stands also in what is sealed, so that nobody can pass one version off as another.
 * Layer 2 is shared, and therefore not trusted: whatever is not exactly of this form is rejected, with the reason, and never thrown.
 */
const wireVersion = 't1';

const sealedMark = '$';

/** `cause`: why the cipher refused. */
type Encoded = { readonly payload: string } | Rejected;

export type Decoded<T> = T | Rejected;

const noGuard: PayloadConstraints = { version: undefined, schema: undefined };

export class PayloadCodec {
  readonly #serializer: Serializer;
  readonly #cipher: Cipher | undefined;
  readonly #maxBytes: number;
  readonly #keyPrefix: string;

  /**
   * @param maxBytes - of a payload; a longer one is neither sent nor looked into
   * @param keyPrefix - what the driver puts before every key
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

  decode(payload: string, boundTo: SanitizedKey, guard = noGuard): Decoded<Entry> {
    const content = this.#open(payload, boundTo);
    if (typeof content !== 'string') return content;
    const end = content.indexOf(';');
    const header = guarded(readHeader(content, end), guard);
    if ('rejected' in header) return header;
    try {
      const value = this.#serializer.deserialize(content.slice(end + 1));
      const rejected = guard.schema && schemaRejection(value, guard.schema);
      if (rejected !== undefined) return rejected;
      const { createdAt, expiresAt, staleUntil, l1TtlMs, tags, version } = header;
      const entry = { value, createdAt, expiresAt, staleUntil, l1TtlMs, tags };
      return version === undefined ? entry : { ...entry, version };
    } catch {
      return { rejected: 'malformed' };
    }
  }

  /** As {@link decode}, without the work for the value, and so without noticing that it is damaged or does not fit. */
  decodeHeader(payload: string, boundTo: SanitizedKey, guard = noGuard): Decoded<EntryHeader> {
    const content = this.#open(payload, boundTo);
    return typeof content === 'string' ? guarded(readHeader(content, content.indexOf(';')), guard) : content;
  }

  /** Whether a payload that was opened is sealed as it would be now. */
  isCurrent(payload: string): boolean {
    return this.#cipher?.isCurrent?.(unmarked(payload)) ?? true;
  }

  /** The same payload, as it would be sealed now; `undefined` where the cipher will not. */
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
      if (typeof sealed !== 'string') return { rejected: 'unsealed', cause: noText(sealed) };
      const payload = wireVersion + sealedMark + sealed;
      return isLongerThan(payload, this.#maxBytes) ? { rejected: 'oversized' } : { payload };
    } catch (error) {
      // Somebody else's error may say what was to be sealed.
      return error instanceof CacheError ? { rejected: 'unsealed', cause: error } : { rejected: 'unsealed' };
    }
  }

  /** What stands behind the wire version. */
  #open(payload: string, boundTo: SanitizedKey): string | Rejected {
    if (payload.length > this.#maxBytes) return { rejected: 'oversized' };
    if (!payload.startsWith(wireVersion)) return ofAnotherVersion(payload);
    const isSealed = payload.charAt(wireVersion.length) === sealedMark;
    // Once a cipher is set, what is not sealed was not written by us: accepting it would let anyone who can write downgrade us.
    if (isSealed !== (this.#cipher !== undefined)) return { rejected: 'sealed' };
    if (this.#cipher === undefined) return payload.slice(wireVersion.length);
    const plain = opened(this.#cipher, unmarked(payload), this.#keyPrefix + boundTo);
    if (typeof plain !== 'string') return plain;
    return plain.startsWith(wireVersion) ? plain.slice(wireVersion.length) : ofAnotherVersion(plain);
  }
}

function unmarked(payload: string): string {
  return payload.slice(wireVersion.length + sealedMark.length);
}

function ofAnotherVersion(payload: string): Rejected {
  return { rejected: /^t\d/.test(payload) ? 'version' : 'malformed' };
}

function opened(cipher: Cipher, sealed: string, boundTo: string): string | Rejected {
  try {
    const plain: unknown = cipher.open(sealed, boundTo);
    return typeof plain === 'string' ? plain : { rejected: 'sealed', cause: noText(plain) };
  } catch (error) {
    return { rejected: (error instanceof CacheError ? error.reason : undefined) ?? 'sealed' };
  }
}

/** A promise that nobody waits for must not end the process when it is rejected. */
function noText(given: unknown): CacheError {
  Promise.resolve(given).catch(() => undefined);
  return new CacheError('CACHE_OPTION_INVALID', 'cipher: expected it to answer with a string and at once, got something else');
}

function guarded(header: EntryHeader | undefined, { version }: PayloadConstraints): Decoded<EntryHeader> {
  if (header === undefined) return { rejected: 'malformed' };
  return version === undefined || header.version === version ? header : { rejected: 'version' };
}
