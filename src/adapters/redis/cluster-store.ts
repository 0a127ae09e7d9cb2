import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';
import { writeFailure } from '../resp/failure';
import type { RedisStore } from '../resp/redis-store';
import { clearPrefix } from '../resp/scan';
import { slotCount, type SlotOwners } from '../resp/slot-owners';
import { keyPrefixOf, whenReady, type RedisClient, type RedisClusterClient } from './redis-client';

interface ClusterStoreParts {
  readonly client: RedisClusterClient;
  /** The name of the driver, for errors. */
  readonly name: string;
  readonly owners: SlotOwners<RedisClient>;
  /** For the keys of one slot. */
  readonly store: RedisStore;
}

/** L2 on a cluster. One command may name keys of one slot only, so there is one command per slot, all sent at once. */
export class ClusterStore implements Store {
  readonly #client: RedisClusterClient;
  readonly #name: string;
  readonly #store: RedisStore;
  readonly #owners: SlotOwners<RedisClient>;

  constructor({ client, name, owners, store }: ClusterStoreParts) {
    this.#owners = owners;
    this.#client = client;
    this.#name = name;
    this.#store = store;
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
    const keyPrefix = keyPrefixOf(this.#client);
    const remove = (keys: readonly SanitizedKey[]): Promise<void> => this.delete(keys);
    try {
      whenReady(this.#client);
      const masters = await this.#owners.masters();
      await Promise.all(masters.map((node) => clearPrefix(node, { keyPrefix, prefix, remove })));
    } catch (error) {
      throw writeFailure(this.#name, error);
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
    const keyPrefix = keyPrefixOf(this.#client);
    for (const key of keys) {
      const slot = clusterSlot(keyPrefix + key);
      const slotKeys = bySlot.get(slot);
      if (slotKeys === undefined) bySlot.set(slot, [key]);
      else slotKeys.push(key);
    }
    await Promise.all([...bySlot.values()].map(send));
  }
}

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
