import type { Entry } from './entry';

/** An entry without its value. */
export type EntryHeader = Omit<Entry, 'value'>;

/** `<created>,<ttl>,<grace>,<l1 ttl>[,<tags>[,<version>]]`, all in milliseconds, an empty number is `Infinity`. */
export function writeHeader(entry: EntryHeader): string {
  const ttl = entry.expiresAt - entry.createdAt;
  const grace = entry.expiresAt === Infinity ? 0 : entry.staleUntil - entry.expiresAt;
  return `${number(entry.createdAt)},${number(ttl)},${number(grace)},${number(entry.l1TtlMs)}${writeExtras(entry)}`;
}

function writeExtras({ tags, version }: EntryHeader): string {
  const names = tags.length === 0 ? '' : encodeURIComponent(JSON.stringify(tags));
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
  const second = content.indexOf(',') + 1;
  const third = content.indexOf(',', second) + 1;
  const fourth = content.indexOf(',', third) + 1;
  if (second === 0 || third === 0 || fourth === 0 || fourth > end) return undefined;
  const comma = content.indexOf(',', fourth);
  const hasExtras = comma !== -1 && comma < end;
  const createdAt = readNumber(content, 0, second - 1);
  const ttl = readNumber(content, second, third - 1);
  const grace = readNumber(content, third, fourth - 1);
  const l1TtlMs = readNumber(content, fourth, hasExtras ? comma : end);
  if (!(createdAt < Infinity && ttl > 0 && grace < Infinity && l1TtlMs >= 0)) return undefined;
  const expiresAt = createdAt + ttl;
  const life = { createdAt, expiresAt, staleUntil: expiresAt + grace, l1TtlMs, tags: noTags };
  return hasExtras ? readExtras(life, content.slice(comma + 1, end)) : life;
}

const zero = 48;

const maxDigits = 15;

/** `NaN` for invalid digits: every comparison with it is false. */
function readNumber(content: string, from: number, to: number): number {
  if (from === to) return Infinity;
  if (to - from > maxDigits) return NaN;
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
  const comma = extras.indexOf(',');
  const tags = comma === 0 ? noTags : readTags(comma === -1 ? extras : extras.slice(0, comma));
  if (tags === undefined) return undefined;
  if (comma === -1) return { ...life, tags };
  const version = readNumber(extras, comma + 1, extras.length);
  return version < Infinity ? { ...life, tags, version } : undefined;
}

function readTags(field: string): readonly string[] | undefined {
  try {
    const tags: unknown = JSON.parse(decodeURIComponent(field));
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined;
  } catch {
    return undefined;
  }
}
