import { CacheError } from '../../../domain/cache-error';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { Clock } from '../../../ports/clock';
import type { Store, StoreEntry } from '../../../ports/store';
import type { KeyvRow, KeyvInstance } from './storage-adapter';

/** Keyv's own format, for adapters without a time to live. */
export const jsonRows: RowFormat = {
  write: async (row) => JSON.stringify(row),
  read: async (text) => JSON.parse(text) as unknown,
};

/**
 * Keeps payloads in rows with their expiry, as Keyv does, on a store that may have no time to live.
 * Text that is not such a row is absent.
 */
export class RowStore implements Store {
  readonly #inner: Store;
  readonly #format: RowFormat;
  readonly #clock: Clock;

  constructor(inner: Store, format: RowFormat, clock: Clock) {
    this.#inner = inner;
    this.#format = format;
    this.#clock = clock;
  }

  async get(key: SanitizedKey): Promise<string | undefined> {
    return this.#payloadOf(await this.#inner.get(key));
  }

  async getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    const texts = await this.#inner.getMany(keys);
    return Promise.all(texts.map((text) => this.#payloadOf(text)));
  }

  async set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    await this.#inner.set(key, await this.#toRow(payload, ttlMs), ttlMs);
  }

  async setMany(entries: readonly StoreEntry[]): Promise<void> {
    await this.#inner.setMany(
      await Promise.all(entries.map(async (entry) => ({ ...entry, payload: await this.#toRow(entry.payload, entry.ttlMs) }))),
    );
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#inner.delete(keys);
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#inner.clear(prefix);
  }

  async #toRow(value: string, ttlMs: number): Promise<string> {
    try {
      return await this.#format.write(ttlMs === Infinity ? { value } : { value, expires: this.#clock.now() + ttlMs });
    } catch {
      throw new CacheError('CACHE_WRITE_REFUSED', 'keyv: the serialize or compress function of the Keyv failed');
    }
  }

  async #payloadOf(text: string | undefined): Promise<string | undefined> {
    if (text === undefined) return undefined;
    const row = await this.#format.read(text).catch(() => undefined);
    if (typeof row !== 'object' || row === null || !('value' in row) || typeof row.value !== 'string') return undefined;
    const expired = 'expires' in row && typeof row.expires === 'number' && row.expires <= this.#clock.now();
    return expired ? undefined : row.value;
  }
}

/** Writes a payload and its expiry as one text. */
interface RowFormat {
  write(row: KeyvRow): Promise<string>;
  /** For text that {@link write} did not write it rejects, or answers anything. */
  read(text: string): Promise<unknown>;
}

/** The row format of a Keyv: its serialisation and compression. A Keyv without a serialiser writes JSON. */
export function rowsOf(keyv: KeyvInstance): RowFormat {
  if (keyv.serialize === undefined || keyv.deserialize === undefined) return jsonRows;
  return {
    write: async (row) => String(await keyv.serializeData(row)),
    read: (text) => keyv.deserializeData(text),
  };
}
