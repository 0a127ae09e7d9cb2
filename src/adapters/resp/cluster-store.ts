import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';
import { writeFailure } from './failure';
import type { RedisCommands } from './redis-commands';
import type { RedisStore } from './redis-store';
import { clearPrefix } from './scan';

export interface ClusterStoreParts {
  /** The name of the driver, for errors. */
  readonly name: string;
  /** The prefix that the client puts before every key. */
  readonly keyPrefix: string;
  /** Throws unless the client is ready. */
  readonly whenReady: () => unknown;
  /** For commands whose keys have one slot. */
  readonly store: RedisStore;
  /** The masters of all slots. Rejects where one of them is away. */
  readonly masters: () => Promise<readonly Pick<RedisCommands, 'scan'>[]>;
}

/** L2 on a cluster. One command may name keys of one slot only, so there is one command per slot, all sent at once. */
export class ClusterStore implements Store {
  readonly #parts: ClusterStoreParts;
  readonly #store: RedisStore;

  constructor(parts: ClusterStoreParts) {
    this.#parts = parts;
    this.#store = parts.store;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#store.get(key);
  }

  async getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    const found = new Map<SanitizedKey, string | undefined>();
    await this.#perSlot(keys, async (slotKeys) => {
      const payloads = await this.#store.getMany(slotKeys);
      slotKeys.forEach((key, i) => found.set(key, payloads[i]));
    });
    return keys.map((key) => found.get(key));
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#store.set(key, payload, ttlMs);
  }

  async setMany(entries: readonly StoreEntry[]): Promise<void> {
    await Promise.all(entries.map(({ key, payload, ttlMs }) => this.#store.set(key, payload, ttlMs)));
  }

  async delete(keys: readonly SanitizedKey[]): Promise<void> {
    await this.#perSlot(keys, (slotKeys) => this.#store.delete(slotKeys));
  }

  async clear(prefix: SanitizedKey): Promise<void> {
    const { name, keyPrefix, whenReady, masters } = this.#parts;
    const remove = (keys: readonly SanitizedKey[]): Promise<void> => this.delete(keys);
    try {
      whenReady();
      await Promise.all((await masters()).map((node) => clearPrefix(node, { keyPrefix, prefix, remove })));
    } catch (error) {
      throw writeFailure(name, error);
    }
  }

  /** The keys of a namespace's bookkeeping have one slot. */
  updateTags(update: TagUpdate): Promise<TagTexts | undefined> {
    return this.#store.updateTags(update);
  }

  updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    return this.#store.updateRow(key, update);
  }

  async #perSlot(keys: readonly SanitizedKey[], send: (slotKeys: SanitizedKey[]) => Promise<void>): Promise<void> {
    const bySlot = new Map<number, SanitizedKey[]>();
    for (const key of keys) {
      const slot = clusterSlot(this.#parts.keyPrefix + key);
      const slotKeys = bySlot.get(slot);
      if (slotKeys === undefined) bySlot.set(slot, [key]);
      else slotKeys.push(key);
    }
    await Promise.all([...bySlot.values()].map(send));
  }
}

/** Slots of a cluster. */
export const slotCount = 16_384;

/** CRC16-XMODEM, one entry per byte. */
const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The hash slot of a key. Keys with the same text between their first `{` and the next `}` share a slot. */
export function clusterSlot(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashTag(key))) crc = ((crc << 8) & 0xffff) ^ (crcTable[((crc >> 8) ^ byte) & 0xff] as number);
  return crc % slotCount;
}

function hashTag(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}
