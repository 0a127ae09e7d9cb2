import { ByteCursor } from './byte-cursor';

/** The size of decompressed data, as its structure claims; `undefined` for data of another format. */
type Claim = (data: Uint8Array) => number | undefined;

/**
 * Whether data that is compressed by zstd, LZ4 or Snappy becomes longer than a bound. Node.js has no decompressor for them that stops at a bound, so their
 * blocks are added up: some bytes for each block are read, and nothing is decompressed.
 */
export function claimsBeyond(maxBytes: number, data: Uint8Array): boolean {
  return claims.some((claim) => (claim(data) ?? 0) > maxBytes);
}

/** Zstd and LZ4 share it: sixteen numbers that mark a frame without data. */
const skippableMagic = 0x184d2a50;

/**
 * The size of frames one after the other, with skippable ones between them. It ends at bytes that mark no frame.
 * @param sizes - the size of a frame, by the number that marks it
 */
function framesSize(data: Uint8Array, sizes: Readonly<Record<number, (cursor: ByteCursor) => number>>): number | undefined {
  const cursor = new ByteCursor(data);
  let size: number | undefined;
  while (cursor.hasMore) {
    const magic = cursor.number(4);
    const sizeOf = sizes[magic];
    if (magic - (magic % 16) === skippableMagic) cursor.skip(cursor.number(4));
    else if (sizeOf === undefined) return size;
    else size = (size ?? 0) + sizeOf(cursor);
  }
  return size;
}

const kib = 1_024;

const zstdMagic = 0xfd2fb528;
const zstdBlock = 128 * kib;

/** RFC 8878. Compressed blocks count with the most that they may hold. */
function zstdSize(data: Uint8Array): number | undefined {
  return framesSize(data, { [zstdMagic]: zstdFrame });
}

function zstdFrame(cursor: ByteCursor): number {
  const descriptor = cursor.byte();
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  cursor.skip((isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0));
  const stated = cursor.number(sizeBytes);
  let size = 0;
  for (let isLast = false; !isLast && cursor.hasMore;) {
    const header = cursor.number(3);
    const [kind, length] = [(header >> 1) & 3, header >> 3];
    isLast = Number.isNaN(header) || (header & 1) === 1;
    size += kind === 2 ? zstdBlock : length;
    cursor.skip(kind === 1 ? 1 : length);
  }
  if ((descriptor & 4) !== 0) cursor.skip(4);
  // A decompressor may allocate what the header states.
  return Math.max(size, stated || 0);
}

const lz4Magic = 0x184d2204;
const lz4LegacyMagic = 0x184c2102;
const lz4Stored = 0x80000000;

function lz4FrameSize(data: Uint8Array): number | undefined {
  return framesSize(data, { [lz4Magic]: lz4Frame, [lz4LegacyMagic]: lz4LegacyFrame });
}

/** Of the first version of the format: blocks to the end, each for itself. */
function lz4LegacyFrame(cursor: ByteCursor): number {
  let size = 0;
  while (cursor.hasMore) size += lz4Sequences(cursor.take(cursor.number(4)));
  return size;
}

function lz4Frame(cursor: ByteCursor): number {
  const flags = cursor.byte();
  cursor.skip(2 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4));
  let size = 0;
  while (cursor.hasMore) {
    const header = cursor.number(4);
    if (Number.isNaN(header) || header === 0) break;
    const length = header % lz4Stored;
    const block = cursor.take(length);
    size = header >= lz4Stored ? size + length : lz4Sequences(block, size);
    if ((flags & 16) !== 0) cursor.skip(4);
  }
  if ((flags & 4) !== 0) cursor.skip(4);
  return size;
}

/** A block alone, which has no mark: also after its size in four bytes, as `lz4-napi` writes it. A damaged one counts up to its damage. */
function lz4BlockSize(data: Uint8Array): number {
  return Math.max(lz4Sequences(data), lz4Sequences(data.subarray(4)));
}

/**
 * The sequences of a block: literals, and copies of what came before.
 * @param before - the size of the blocks before it, from which it may copy
 */
function lz4Sequences(block: Uint8Array, before = 0): number {
  const cursor = new ByteCursor(block);
  let size = before;
  while (cursor.hasMore) {
    const token = cursor.byte();
    const literals = lz4Length(token >> 4, cursor);
    cursor.skip(literals);
    size += literals;
    const offset = cursor.number(2);
    if (!(offset > 0 && offset <= size)) break;
    size += 4 + lz4Length(token & 15, cursor);
  }
  return size;
}

function lz4Length(short: number, cursor: ByteCursor): number {
  let length = short;
  for (let more = short === 15 ? 255 : 0; more === 255;) {
    more = cursor.byte();
    length += more;
  }
  return length;
}

const snappyMark = [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59];

/** In front of each chunk. */
const checksumBytes = 4;

function snappyFrameSize(data: Uint8Array): number | undefined {
  if (!snappyMark.every((byte, index) => data[index] === byte)) return undefined;
  const cursor = new ByteCursor(data, snappyMark.length);
  let size = 0;
  while (cursor.hasMore) {
    const kind = cursor.byte();
    const chunk = cursor.take(cursor.number(3));
    if (kind === 0) size += snappyLength(new ByteCursor(chunk, checksumBytes));
    if (kind === 1) size += chunk.length - checksumBytes;
  }
  return size;
}

/** A block alone, which has no mark: its length in front is that of its elements. */
function snappyBlockSize(data: Uint8Array): number | undefined {
  const cursor = new ByteCursor(data);
  const expected = snappyLength(cursor);
  let size = 0;
  while (cursor.hasMore) {
    const tag = cursor.byte();
    const kind = tag & 3;
    if (kind === 0) {
      const length = (tag >> 2 < 60 ? tag >> 2 : cursor.number((tag >> 2) - 59)) + 1;
      cursor.skip(length);
      size += length;
    } else {
      size += kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      cursor.skip(kind === 3 ? 4 : kind);
    }
  }
  return cursor.isAtEnd && size === expected ? size : undefined;
}

function snappyLength(cursor: ByteCursor): number {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = cursor.byte();
    length += (byte & 127) * 128 ** index;
    if (!(byte >= 128)) return length;
  }
  return NaN;
}

const claims: readonly Claim[] = [zstdSize, lz4FrameSize, lz4BlockSize, snappyFrameSize, snappyBlockSize];
