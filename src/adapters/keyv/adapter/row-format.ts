import { promisify } from 'node:util';
import { brotliDecompress, inflateRaw, unzip } from 'node:zlib';
import { claimsBeyond } from './claimed-size';
import type { KeyvRow, KeyvInstance, Keyv5Instance, Keyv6Instance } from './storage-adapter';

/** Writes a payload and its expiry as one text. */
export interface RowFormat {
  /** Rejects if a function of the Keyv fails. */
  write(row: KeyvRow): Promise<string>;
  /** For text that {@link write} did not write, or that becomes longer than the bound, it rejects, or answers anything. */
  read(text: string, maxBytes: number): Promise<unknown>;
}

/** Keyv's own format, for adapters without a time to live. */
export const jsonRows: RowFormat = {
  write: async (row) => JSON.stringify(row),
  read: async (text) => JSON.parse(text) as unknown,
};

export function isRow(given: unknown): given is { readonly value: unknown } {
  return typeof given === 'object' && given !== null && 'value' in given;
}

/** The row format of a Keyv: its serialisation, compression and encryption. A Keyv without a serialiser writes JSON. */
export function rowsOf(keyv: KeyvInstance): RowFormat {
  return 'encode' in keyv ? rowsOfKeyv6(keyv) : rowsOfKeyv5(keyv);
}

function rowsOfKeyv5(keyv: Keyv5Instance): RowFormat {
  if (keyv.serialize === undefined || keyv.deserialize === undefined) return jsonRows;
  return {
    write: async (row) => String(await keyv.serializeData(row)),
    read: (text, maxBytes) => readKeyv5Row(keyv, text, maxBytes),
  };
}

/** As `deserializeData`, with the length of compressed data checked before it is decompressed. */
async function readKeyv5Row({ compression, deserialize }: Keyv5Instance, text: string, maxBytes: number): Promise<unknown> {
  if (deserialize === undefined || (await inflatesBeyond(maxBytes, text))) return undefined;
  const row: unknown = await deserialize(text);
  if (!isRow(row) || compression?.decompress === undefined) return row;
  if (await inflatesBeyond(maxBytes, row.value)) return undefined;
  return { ...row, value: await compression.decompress(row.value) };
}

function rowsOfKeyv6(keyv: Keyv6Instance): RowFormat {
  // Without a serialiser it refuses to encrypt, and so do its rows here.
  if (keyv.serialization === undefined && keyv.encryption === undefined) return jsonRows;
  return {
    write: async (row) => asText(await keyv.encode(row)),
    read: (text, maxBytes) => readKeyv6Row(keyv, text, maxBytes),
  };
}

/** As `decode`, with the length of compressed data checked before it is decompressed. */
async function readKeyv6Row({ serialization, compression, encryption }: Keyv6Instance, text: string, maxBytes: number): Promise<unknown> {
  const compressed = encryption?.decrypt === undefined ? text : asText(await encryption.decrypt(text));
  if (await inflatesBeyond(maxBytes, compressed)) return undefined;
  return serialization?.parse(compression?.decompress === undefined ? compressed : asText(await compression.decompress(compressed)));
}

function asText(given: unknown): string {
  if (typeof given === 'string') return given;
  throw new TypeError('a function of the Keyv returned no text');
}

/** `unzip` reads gzip and zlib. */
const decompressors = [promisify(unzip), promisify(inflateRaw), promisify(brotliDecompress)];

/** JSON, the usual format of rows, is not compressed. */
const json = /^\s*[{["]/;

/**
 * Whether compressed data becomes longer than a bound, also as base64: the functions of a Keyv know no bound, and some hundred bytes may become some hundred
 * megabytes. In Node's formats (gzip, zlib, deflate, Brotli) it is measured in Node's thread pool, by a decompression that stops at the bound; in those of zstd,
 * LZ4 and Snappy by adding up blocks. Data of any other format counts as short.
 */
async function inflatesBeyond(maxBytes: number, data: unknown): Promise<boolean> {
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
