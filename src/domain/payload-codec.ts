import type { CacheKey } from '../ports/cache-key';
import type { Cipher } from '../ports/cipher';
import type { PayloadRejection } from '../ports/metrics-sink';
import type { Serializer } from '../ports/serializer';
import type { Entry } from './entry';

/**
 * Entry ⇄ payload.
 *
 *     t1<created>,<ttl>,<grace>,<l1 ttl>[,<tags>];<serialised value>        all in milliseconds, an empty number is `Infinity`
 *     t1$<the same from <created> on, sealed>
 *
 * The life of an entry stands in front, so that `has` need not look at the value, and so that freshness never depends on the server's clock.
 * Layer 2 is shared, and therefore not trusted: whatever is not exactly of this form is rejected, with the reason, and never thrown.
 */
const wireVersion = 't1';
const sealedMark = '$';

export type Encoded = { readonly payload: string } | { readonly rejected: PayloadRejection };
export type Decoded<T> = T | { readonly rejected: PayloadRejection };

/** The life of an entry, without its value. */
export type EntryHeader = Omit<Entry, 'value'>;

export class PayloadCodec {
  readonly #serializer: Serializer;
  readonly #cipher: Cipher | undefined;

  constructor(serializer: Serializer, cipher: Cipher | undefined) {
    this.#serializer = serializer;
    this.#cipher = cipher;
  }

  encode(entry: Entry, boundTo: CacheKey): Encoded {
    const body = this.#trySerialize(entry.value);
    if (body === undefined) return { rejected: 'unencodable' };
    const content = `${writeHeader(entry)};${body}`;
    if (this.#cipher === undefined) return { payload: wireVersion + content };
    try {
      return { payload: wireVersion + sealedMark + this.#cipher.seal(content, boundTo) };
    } catch {
      return { rejected: 'sealed' };
    }
  }

  decode(payload: string, boundTo: CacheKey): Decoded<Entry> {
    const content = this.#open(payload, boundTo);
    if (typeof content !== 'string') return content;
    const end = content.indexOf(';');
    const header = readHeader(content, end);
    if (header === undefined) return { rejected: 'malformed' };
    try {
      const value = this.#serializer.deserialize(content.slice(end + 1));
      const { createdAt, expiresAt, staleUntil, l1TtlMs, tags } = header;
      return { value, createdAt, expiresAt, staleUntil, l1TtlMs, tags };
    } catch {
      return { rejected: 'malformed' };
    }
  }

  /** As {@link decode}, without the work for the value, and so without noticing that the value is damaged. */
  decodeHeader(payload: string, boundTo: CacheKey): Decoded<EntryHeader> {
    const content = this.#open(payload, boundTo);
    if (typeof content !== 'string') return content;
    return readHeader(content, content.indexOf(';')) ?? { rejected: 'malformed' };
  }

  #trySerialize(value: unknown): string | undefined {
    try {
      return this.#serializer.serialize(value);
    } catch {
      return undefined;
    }
  }

  #open(payload: string, boundTo: CacheKey): string | { rejected: PayloadRejection } {
    if (!payload.startsWith(wireVersion)) return { rejected: /^t\d/.test(payload) ? 'version' : 'malformed' };
    const sealed = payload.charAt(wireVersion.length) === sealedMark;
    // Once a cipher is set, what is not sealed was not written by us: accepting it would let anyone who can write downgrade us.
    if (sealed !== (this.#cipher !== undefined)) return { rejected: 'sealed' };
    if (this.#cipher === undefined) return payload.slice(wireVersion.length);
    try {
      return this.#cipher.open(payload.slice(wireVersion.length + sealedMark.length), boundTo);
    } catch {
      return { rejected: 'sealed' };
    }
  }
}

function writeHeader(entry: EntryHeader): string {
  const ttl = entry.expiresAt - entry.createdAt;
  const grace = entry.expiresAt === Infinity ? 0 : entry.staleUntil - entry.expiresAt;
  const tags = entry.tags.length === 0 ? '' : `,${encodeURIComponent(JSON.stringify(entry.tags))}`;
  return `${number(entry.createdAt)},${number(ttl)},${number(grace)},${number(entry.l1TtlMs)}${tags}`;
}

function number(value: number): string {
  return value === Infinity ? '' : String(Math.ceil(value));
}

/** By hand, because splitting and matching cost as much as parsing a small value. */
function readHeader(content: string, end: number): EntryHeader | undefined {
  const second = content.indexOf(',') + 1;
  const third = content.indexOf(',', second) + 1;
  const fourth = content.indexOf(',', third) + 1;
  if (second === 0 || third === 0 || fourth === 0 || fourth > end) return undefined;
  const comma = content.indexOf(',', fourth);
  const tagged = comma !== -1 && comma < end;
  const createdAt = readNumber(content, 0, second - 1);
  const ttl = readNumber(content, second, third - 1);
  const grace = readNumber(content, third, fourth - 1);
  const l1TtlMs = readNumber(content, fourth, tagged ? comma : end);
  const tags = tagged ? readTags(content.slice(comma + 1, end)) : noTags;
  if (!(createdAt < Infinity && ttl > 0 && grace < Infinity && l1TtlMs > 0) || tags === undefined) return undefined;
  const expiresAt = createdAt + ttl;
  return { createdAt, expiresAt, staleUntil: expiresAt + grace, l1TtlMs, tags };
}

const zero = 48;
const mostDigits = 15;

/** `NaN` for what is no number: every comparison with it is false. */
function readNumber(content: string, from: number, to: number): number {
  if (from === to) return Infinity;
  if (to - from > mostDigits) return NaN;
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = content.charCodeAt(i) - zero;
    if (digit < 0 || digit > 9) return NaN;
    number = number * 10 + digit;
  }
  return number;
}

const noTags: readonly string[] = [];

function readTags(field: string): readonly string[] | undefined {
  try {
    const tags: unknown = JSON.parse(decodeURIComponent(field));
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined;
  } catch {
    return undefined;
  }
}
