import { deflateSync, inflateSync } from 'node:zlib';
import type { Deserialize, Serialize } from 'keyv';

/** A custom row format of a Keyv: compressed, and not readable as JSON. */
export const packedRows: { readonly serialize: Serialize; readonly deserialize: Deserialize } = {
  serialize: (row) => deflateSync(JSON.stringify(row)).toString('base64'),
  deserialize: (text) => JSON.parse(inflateSync(Buffer.from(text, 'base64')).toString()) as never,
};
