import { promisify } from 'node:util';
import { brotliDecompress, inflateRaw, unzip } from 'node:zlib';

/** `unzip` reads gzip and zlib. */
const decompressors = [promisify(unzip), promisify(inflateRaw), promisify(brotliDecompress)];

/** JSON, the usual format of rows, is not compressed. */
const json = /^\s*[{["]/;

/**
 * Whether compressed data becomes longer than a bound, in any of Node's formats, and as base64 too. Measured in Node's thread pool, by a
 * decompression that stops at the bound: the functions of a Keyv know no bound, and some hundred bytes may become some hundred megabytes.
 */
export async function inflatesBeyond(maxBytes: number, data: unknown): Promise<boolean> {
  const exceeded = await Promise.all(encodings(data).flatMap((bytes) => decompressors.map((inflate) => exceeds(maxBytes, inflate, bytes))));
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
