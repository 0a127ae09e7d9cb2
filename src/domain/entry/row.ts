import type { RowReply, RowUpdate } from '../../ports/store';

/**
 * The text of a key in L2: a payload; or, while a value is being loaded or after it was expired, a mark in front of the payload.
 *
 *     t2!<lease>,<end of the lease>,<when it was expired, or 0>;<payload, or nothing>
 *
 * Both times are milliseconds of the server. Deleting the key removes a lease, and storing a payload overwrites it.
 */
interface Row {
  readonly lease: string;
  readonly endsAt: number;
  /** 0 if it was not. */
  readonly expiredAt: number;
  readonly payload: string;
}

const marked = /^t2!([\w.-]*),(\d{1,16}),(\d{1,16});/;

/** A lease that ends later was not written by a cache, and counts as ended. Milliseconds. */
const longestLeaseMs = 60_000;

/** A character that stands in no payload at this place. */
const markAt = 2;
const mark = '!'.charCodeAt(0);

export function isMarked(text: string): boolean {
  return text.charCodeAt(markAt) === mark;
}

/** An empty payload is none. A text that is not of this form is a payload, and no cache wrote it. */
export function readRow(text: string): Row {
  const [whole, lease, endsAt, expiredAt] = marked.exec(text) ?? [];
  if (whole === undefined || lease === undefined) return { lease: '', endsAt: 0, expiredAt: 0, payload: text };
  return { lease, endsAt: Number(endsAt), expiredAt: Number(expiredAt), payload: text.slice(whole.length) };
}

function writeRow({ endsAt, expiredAt, lease, payload }: Row): string {
  const isPlain = lease === '' && (expiredAt === 0 || payload === '');
  return isPlain ? payload : `t2!${lease},${String(endsAt)},${String(expiredAt)};${payload}`;
}

/** The text of a key after a change, and how long L2 keeps it. */
export interface UpdatedRow {
  readonly reply: RowReply;
  /** `undefined` where nothing changes; empty for a key that is deleted. */
  readonly text?: string;
  /** Milliseconds; `undefined` for as long as the text before it, and at least for `atLeastMs`. */
  readonly ttlMs?: number;
  readonly atLeastMs?: number;
}

const done: RowReply = { outcome: 'done' };
const changed: UpdatedRow = { reply: { outcome: 'changed' } };

/**
 * What the script of `redis()` does on the server, for stores in memory.
 * @param text - of the key; `undefined` if it holds none
 * @param now - of the server, in milliseconds
 */
export function updatedRow(text: string | undefined, update: RowUpdate, now: number): UpdatedRow {
  const row = readRow(text ?? '');
  switch (update.change) {
    case 'lease':
      return leased(row, update, now);
    case 'expire':
      return {
        reply: done,
        text: writeRow({ ...row, lease: '', endsAt: 0, expiredAt: row.expiredAt || Math.max(1, Math.floor(now)) }),
      };
    case 'swap':
      return text === update.seen ? { reply: done, text: update.payload, ttlMs: update.ttlMs } : changed;
    default:
      return row.lease !== '' && row.lease === update.lease ? ownLeaseUpdated(row, update, now) : changed;
  }
}

function leased(row: Row, { lease, leaseMs, payload }: Extract<RowUpdate, { change: 'lease' }>, now: number): UpdatedRow {
  const leftMs = row.endsAt - now;
  const isHeld = row.lease !== '' && leftMs > 0 && leftMs <= longestLeaseMs;
  if (isHeld) return { reply: { outcome: 'held', lease: row.lease, leftMs } };
  if (row.payload !== '' && row.payload !== payload) return changed;
  return withLease({ ...row, lease }, leaseMs, now);
}

type OwnUpdate = Exclude<RowUpdate, { change: 'lease' | 'expire' | 'swap' }>;

function ownLeaseUpdated(row: Row, update: OwnUpdate, now: number): UpdatedRow {
  if (update.change === 'renew') return withLease(row, update.leaseMs, now);
  if (update.change === 'replace') return { reply: done, text: update.payload, ttlMs: update.ttlMs };
  return { reply: done, text: writeRow({ ...row, lease: '', endsAt: 0 }) };
}

function withLease(row: Row, leaseMs: number, now: number): UpdatedRow {
  const text = writeRow({ ...row, endsAt: Math.floor(now) + leaseMs });
  return row.payload === '' ? { reply: done, text, ttlMs: leaseMs } : { reply: done, text, atLeastMs: leaseMs };
}
