import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { claimsBeyond } from '../../../../src/adapters/keyv/adapter/claimed-size';
import { bombs } from '../bombs';

/** 3 000 zeros, as common tools and packages compress them. */
const zeros: Readonly<Record<string, string>> = {
  'lz4 1.9': 'BCJNGGRApxYAAAAfAAEA//////////////+qUAAAAAAAAAAAAMowRAk=',
  'lz4 1.9 with its size': 'BCJNGGxAuAsAAAAAAADoFgAAAB8AAQD//////////////6pQAAAAAAAAAAAAyjBECQ==',
  'lz4-napi': 'uAsAAB8AAQD//////////////6lgAAAAAAAA',
  snappy:
    'uBcAAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BAP4BANoBAA==',
};

/** In compressed blocks, whose sizes are not written: each counts as 128 KiB. */
const zstd: Readonly<Record<string, string>> = {
  'zstd 1.5': 'KLUv/QRYTQAAEAAAAQCz8wEWvdvLTw==',
  'zstd 1.5 without a checksum': 'KLUv/QBYTQAAEAAAAQCz8wEW',
};

const bound = 8 * 1_024 * 1_024;

describe('The size that compressed data claims', () => {
  for (const [what, data] of Object.entries(zeros)) {
    it(`is that of the data: ${what}`, () => {
      const bytes = Buffer.from(data, 'base64');

      expect([claimsBeyond(2_999, bytes), claimsBeyond(3_000, bytes)]).to.deep.equal([true, false]);
    });
  }

  for (const [what, data] of Object.entries(zstd)) {
    it(`is at most 128 KiB for each block: ${what}`, () => {
      const bytes = Buffer.from(data, 'base64');

      expect([claimsBeyond(2_999, bytes), claimsBeyond(128 * 1_024, bytes)]).to.deep.equal([true, false]);
    });
  }

  for (const [what, make] of Object.entries(bombs)) {
    it(`is known for ${what}, and nothing is decompressed`, () => {
      for (const size of [1_000, 300_000, bound]) {
        expect([claimsBeyond(size - 1, make(size)), claimsBeyond(size, make(size))], String(size)).to.deep.equal([true, false]);
      }
    });
  }

  it('adds up frames of LZ4, with skippable ones and of the first version, and counts a damaged block up to its damage', () => {
    const frame = Buffer.from(zeros['lz4 1.9'] ?? '', 'base64');
    const block = Buffer.from(zeros['lz4-napi'] ?? '', 'base64').subarray(4);
    const skippable = Buffer.from('502a4d180300000001020b', 'hex');
    const size = Buffer.alloc(4);
    size.writeUInt32LE(block.length);
    const legacy = Buffer.concat([Buffer.from('02214c18', 'hex'), size, block]);
    for (const [data, length] of [
      [Buffer.concat([frame, frame]), 6_000],
      [Buffer.concat([skippable, frame]), 3_000],
      [legacy, 3_000],
    ] as const) {
      expect([claimsBeyond(length - 1, data), claimsBeyond(length, data)]).to.deep.equal([true, false]);
    }
    expect(claimsBeyond(2_900, block.subarray(0, -1))).to.equal(true);
  });

  it('is that which a frame of zstd states, whatever its blocks hold', () => {
    const stated = Buffer.from('28b52ffda000000040010000', 'hex');

    expect([claimsBeyond(bound, stated), claimsBeyond(0x40000000, stated)]).to.deep.equal([true, false]);
  });

  it('is not known, and no error, for data that ends too early', () => {
    for (const make of Object.values(bombs)) {
      const data = make(10_000);
      for (let length = 0; length < data.length; length++) expect(claimsBeyond(bound, data.subarray(0, length))).to.equal(false);
    }
  });

  it('is not found in data of other formats', () => {
    for (let length = 0; length < 2_000; length += 17) {
      const noise = randomBytes(length);
      for (const data of [noise, gzipSync(noise), deflateSync(noise), deflateRawSync(noise), brotliCompressSync(noise)]) {
        expect(claimsBeyond(bound, data), data.toString('base64')).to.equal(false);
      }
    }
  });
});
