/** Compressed data that its structure claims to be of a size, made by hand: Node.js has no such compressors. Each is a byte that is repeated. */
export const bombs: Readonly<Record<string, (size: number) => Buffer>> = {
  zstd: (size) => zstd(size),
  'zstd after a frame to skip': (size) => Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]), zstd(size)]),
  'zstd in two frames': (size) => Buffer.concat([zstd(size / 2), zstd(size / 2)]),
  'lz4 blocks': (size) => lz4Block(size),
  'lz4 blocks after their size': (size) => Buffer.concat([numberOf(4, size), lz4Block(size)]),
  'lz4 frames': (size) => lz4Frame(lz4Block(size)),
  'snappy blocks': (size) => snappyBlock(size),
  'snappy frames': (size) => snappyFrame(snappyBlock(size)),
};

function numberOf(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}

const zstdBlock = 128 * 1_024;

/** Blocks of one byte and a length. */
function zstd(size: number): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58])];
  for (let rest = size; rest > 0; rest -= zstdBlock) {
    const isLast = rest <= zstdBlock ? 1 : 0;
    parts.push(numberOf(3, Math.min(rest, zstdBlock) * 8 + 2 + isLast), Buffer.from('a'));
  }
  return Buffer.concat(parts);
}

/** A literal, a copy of it of any length, and five literals, with which each block ends. */
function lz4Block(size: number): Buffer {
  const more = size - 6 - 4 - 15;
  const lengths = [...Array<number>(Math.floor(more / 255)).fill(255), more % 255];
  return Buffer.from([0x1f, 97, 1, 0, ...lengths, 0x50, 97, 97, 97, 97, 97]);
}

function lz4Frame(block: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), numberOf(4, block.length), block, numberOf(4, 0)]);
}

/** A literal, and copies of it. */
function snappyBlock(size: number): Buffer {
  const bytes: number[] = [];
  let length = size;
  for (; length > 127; length = Math.floor(length / 128)) bytes.push((length % 128) + 128);
  bytes.push(length, 0, 97);
  for (let rest = size - 1; rest > 0; rest -= 64) bytes.push((Math.min(rest, 64) - 1) * 4 + 2, 1, 0);
  return Buffer.from(bytes);
}

function snappyFrame(block: Buffer): Buffer {
  const mark = [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59];
  return Buffer.concat([Buffer.from([...mark, 0]), numberOf(3, block.length + 4), Buffer.alloc(4), block]);
}
