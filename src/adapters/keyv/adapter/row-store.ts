import { CacheError } from '../../../domain/cache-error';
import { isLongerThan } from '../../../domain/entry/utf8-length';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { Clock } from '../../../ports/clock';
import type { Store, StoreEntry } from '../../../ports/store';
import { isRow, type RowFormat } from './row-format';

/** Eight times the default of `maxPayloadBytes`. */
export const defaultMaxRowBytes = 8 * 1024 * 1024;

/**
 * Keeps payloads in rows with their expiry, as Keyv does, on a store that may have no time to live.
 * Text that is not such a row is absent, and deleted. The length of a row is checked before it is decompressed or parsed.
 */
export class RowStore implements Store {
  readonly #inner: Store;
  readonly #format: RowFormat;
  readonly #clock: Clock;
  readonly #maxBytes: number;

  /** @param maxBytes - of a row, also of a decompressed one */
  constructor(inner: Store, format: RowFormat, clock: Clock, maxBytes = defaultMaxRowBytes) {
    this.#inner = inner;
    this.#format = format;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  async get(key: SanitizedKey): Promise<string | undefined> {
    return this.#payloadOf(key, await this.#inner.get(key));
  }

  async getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    const texts = await this.#inner.getMany(keys);
    return Promise.all(keys.map((key, index) => this.#payloadOf(key, texts[index])));
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
    const row = ttlMs === Infinity ? { value } : { value, expires: this.#clock.now() + ttlMs };
    const text = await this.#format.write(row).catch(() => {
      throw refused('a serialize, compress or encrypt function of the Keyv failed, or returned no text');
    });
    const isTooLong = isLongerThan(text, this.#maxBytes) || isLongerThan(value, this.#maxBytes);
    if (isTooLong) throw refused(`expected a row of at most ${String(this.#maxBytes)} bytes (maxRowBytes), got a longer one`);
    return text;
  }

  async #payloadOf(key: SanitizedKey, text: string | undefined): Promise<string | undefined> {
    if (text === undefined) return undefined;
    const row = isLongerThan(text, this.#maxBytes) ? undefined : await this.#format.read(text, this.#maxBytes).catch(() => undefined);
    if (!isRow(row)) {
      await this.#inner.delete([key]).catch(() => undefined);
      return undefined;
    }
    const expired = 'expires' in row && typeof row.expires === 'number' && row.expires <= this.#clock.now();
    return expired || typeof row.value !== 'string' ? undefined : row.value;
  }
}

function refused(reason: string): CacheError {
  return new CacheError('CACHE_WRITE_REFUSED', `keyv: ${reason}`);
}
