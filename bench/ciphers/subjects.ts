import Keyv from 'keyv';
import { randomBytes } from 'node:crypto';
import { aesGcmCipher, createCache, type Cache, type CreateCacheOptions } from 'tiercel';
import { consume } from '../harness/consume';
import type { Subject } from '../harness/race';
import { keys, mask } from '../harness/users';

interface Large {
  readonly id: number;
  readonly note: string;
}

export const cipher = aesGcmCipher({ keys: [{ id: 'bench', key: randomBytes(32) }] });

const bytes = 2_048;
const large: readonly Large[] = keys.map((_, id) => {
  const empty = { id, note: '' };
  return { id, note: '-'.repeat(bytes - JSON.stringify(empty).length) };
});

/** L1 keeps nothing that it would answer with: each read goes to L2. */
export async function largeValues(options: CreateCacheOptions = {}): Promise<Cache> {
  const cache = createCache({ ...options, secondary: new Keyv(), ttl: { primary: 0, secondary: '5m' } });
  await Promise.all(keys.map((key, index) => cache.set(key, large[index])));
  return cache;
}

export function largeWrites(name: string, cache: Cache): Subject {
  return {
    name,
    async run(times) {
      for (let i = 0; i < times; i++) await cache.set(keys[i & mask]!, large[i & mask]);
    },
  };
}

export function largeReads(name: string, cache: Cache): Subject {
  return {
    name,
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += (await cache.get<Large>(keys[i & mask]!))!.id;
      consume(sum);
    },
  };
}
