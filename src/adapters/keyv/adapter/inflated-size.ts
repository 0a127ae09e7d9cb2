import { promisify } from 'node:util';
import { brotliDecompress, inflateRaw, unzip } from 'node:zlib';
import { claimsBeyond } from './claimed-size';

/** `unzip` reads gzip and zlib. */
const decompressors = [promisify(unzip), promisify(inflateRaw), promisify(brotliDecompress)];

/** JSON, the usual format of rows, is not compressed. */
const json = /^\s*[{["]/;

/**
 * Whether compressed data becomes longer than a bound, also as base64: the functions of a Keyv know no bound, and some hundred bytes may become some hundred
 * megabytes. In Node's formats (gzip, zlib, deflate, Brotli) it is measured in Node's thread pool, by a decompression that stops at the bound; in those of zstd,
 * LZ4 and Snappy by adding up blocks. Data of any other format counts as short.
 */
export async function inflatesBeyond(maxBytes: number, data: unknown): Promise<boolean> {
  const all = encodings(data);
  if (all.some((bytes) => claimsBeyond(maxBytes, bytes))) return true;
  const exceeded = await Promise.all(all.flatMap((bytes) => decompressors.map((inflate) => exceeds(maxBytes, inflate, bytes))));
  return exceeded.includes(true);
}

function encodings(data: unknown): Uint8Array[] {
  if (data instanceof Uint8Array) return [data];
  if (typeof data !== 'string' || json.test(data)) return [];
  return [Buffer.from(data, 'base64'), Buffer.from(data, 'latin1')];
}

type Inflate = (data: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<unknown>;

async function exceeds(maxOutputLength: number, inflate: Inflate, bytes: Uint8Array): Promise<boolean> {
  try {
    await inflate(bytes, { maxOutputLength });
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  }
}
