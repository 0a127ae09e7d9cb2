import type { KeyvInstance, KeyvRow } from './storage-adapter';

/** How a payload and its end are written as one text. */
export interface RowFormat {
  write(row: KeyvRow): Promise<string>;
  /** Rejects, or answers anything, for text that {@link write} did not make. */
  read(text: string): Promise<unknown>;
}

/** Keyv's own form, for adapters that know no time to live. */
export const jsonRows: RowFormat = {
  write: async (row) => JSON.stringify(row),
  read: async (text) => JSON.parse(text) as unknown,
};

/** The form that the user gave to his Keyv: serialisation and compression. A Keyv whose serialiser was taken out writes JSON. */
export function rowsOf(keyv: KeyvInstance): RowFormat {
  if (keyv.serialize === undefined || keyv.deserialize === undefined) return jsonRows;
  return {
    write: async (row) => String(await keyv.serializeData(row)),
    read: (text) => keyv.deserializeData(text),
  };
}
