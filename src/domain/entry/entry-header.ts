import type { Entry } from './entry';

/** An entry without its value. */
export type EntryHeader = Omit<Entry, 'value'>;

/**
 * `<as of>,<created>,<ttl>,<grace>,<l1 ttl>[,<tags>[,<version>[,<stale if error>]]]`: a time of the namespace's clock, and milliseconds. An empty number
 * of these is `Infinity`. The last one stands only where it is shorter than the whole grace period.
 */
export function writeHeader(entry: EntryHeader): string {
  const ttl = entry.expiresAt - entry.createdAt;
  const grace = entry.expiresAt === Infinity ? 0 : entry.staleUntil - entry.expiresAt;
  return `${String(entry.asOf)},${number(entry.createdAt)},${number(ttl)},${number(grace)},${number(entry.l1TtlMs)}${writeExtras(entry)}`;
}

function writeExtras({ expiresAt, staleIfErrorMs, staleUntil, tags, version }: EntryHeader): string {
  const names = tags.length === 0 ? '' : encodeURIComponent(JSON.stringify(tags));
  if (expiresAt !== Infinity && staleIfErrorMs < staleUntil - expiresAt)
    return `,${names},${String(version ?? '')},${number(staleIfErrorMs)}`;
  if (version !== undefined) return `,${names},${String(version)}`;
  return names === '' ? '' : `,${names}`;
}

function number(value: number): string {
  return value === Infinity ? '' : String(Math.ceil(value));
}

/**
 * Parsed by hand, because `split` and regular expressions cost as much as parsing a small value.
 * @param end - the index of the header's end
 */
export function readHeader(content: string, end: number): EntryHeader | undefined {
  const first = content.indexOf(',') + 1;
  const second = content.indexOf(',', first) + 1;
  const third = content.indexOf(',', second) + 1;
  const fourth = content.indexOf(',', third) + 1;
  if (first < 2 || second === 0 || third === 0 || fourth === 0 || fourth > end) return undefined;
  const comma = content.indexOf(',', fourth);
  const hasExtras = comma !== -1 && comma < end;
  const asOf = readNumber(content, 0, first - 1, maxClockDigits);
  const createdAt = readNumber(content, first, second - 1);
  const ttl = readNumber(content, second, third - 1);
  const grace = readNumber(content, third, fourth - 1);
  const l1TtlMs = readNumber(content, fourth, hasExtras ? comma : end);
  if (!(asOf < Infinity && createdAt < Infinity && ttl > 0 && grace < Infinity && l1TtlMs >= 0)) return undefined;
  const expiresAt = createdAt + ttl;
  const life = { createdAt, expiresAt, staleUntil: expiresAt + grace, staleIfErrorMs: grace, l1TtlMs, tags: noTags, asOf };
  return hasExtras ? readExtras(life, content.slice(comma + 1, end)) : life;
}

const zero = 48;

const maxDigits = 15;

/** Of a time of the namespace's clock, in microseconds. */
const maxClockDigits = 16;

/** `NaN` for invalid digits: every comparison with it is false. */
function readNumber(content: string, from: number, to: number, longest = maxDigits): number {
  if (from === to) return Infinity;
  if (to - from > longest) return NaN;
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = content.charCodeAt(i) - zero;
    if (digit < 0 || digit > 9) return NaN;
    number = number * 10 + digit;
  }
  return number;
}

const noTags: readonly string[] = [];

function readExtras(life: EntryHeader, extras: string): EntryHeader | undefined {
  if (extras === '' || extras.endsWith(',')) return undefined;
  const [names = '', version = '', staleIfError, ...rest] = extras.split(',');
  const tags = names === '' ? noTags : readTags(names);
  if (tags === undefined || rest.length > 0) return undefined;
  const staleIfErrorMs = staleIfError === undefined ? life.staleIfErrorMs : readNumber(staleIfError, 0, staleIfError.length);
  if (!(staleIfErrorMs <= life.staleUntil - life.expiresAt)) return undefined;
  const header = { ...life, tags, staleIfErrorMs };
  if (version === '') return header;
  const number = readNumber(version, 0, version.length);
  return number < Infinity ? { ...header, version: number } : undefined;
}

function readTags(field: string): readonly string[] | undefined {
  try {
    const tags: unknown = JSON.parse(decodeURIComponent(field));
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined;
  } catch {
    return undefined;
  }
}
