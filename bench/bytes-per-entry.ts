import { CacheableMemory } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { createCache } from 'tiercel';
import { atMost } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { liveHeapBytes } from './harness/heap';
import { median } from './harness/statistics';
import { ttlMs } from './harness/users';

const count = 100_000;
const rounds = 3;
/** Besides the entries, the one that holds on to the container until the heap was measured. */
const room = count + 1;
const tuned = { useClone: false, storeHashSize: 1, ttl: ttlMs };

interface Container {
  set(key: string, value: number): unknown;
}

/** Values are small integers, so that the entry is counted: with its key, and without its value. */
const containers: Readonly<Record<string, () => Container>> = {
  Map: () => new Map(),
  'lru-cache, ttl': () => new LRUCache({ max: room, ttl: ttlMs }),
  'CacheableMemory, tuned, ttl': () => new CacheableMemory(tuned),
  'CacheableMemory, tuned, ttl, LRU': () => new CacheableMemory({ ...tuned, lruSize: room }),
  tiercel: () => createCache({ primary: { lruSize: room } }),
};

answerWith(async () => {
  const measured = new Map<string, number[]>(Object.keys(containers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, make] of Object.entries(containers)) measured.get(name)!.push(await bytesPerEntry(make));
  }
  const bytes = (name: string): number => median(measured.get(name)!);
  const beyond = (name: string) =>
    atMost({ what: `memory, tiercel: beyond ${name}`, limit: 120, measured: bytes('tiercel') - bytes(name), unit: 'B per entry' });
  return {
    title: `Memory of ${count} small entries, key included, value not`,
    tables: [{ title: 'Per entry', rows: Object.keys(containers).map((name) => ({ name, cells: { bytes: bytes(name) } })) }],
    verdicts: [beyond('CacheableMemory, tuned, ttl, LRU'), beyond('CacheableMemory, tuned, ttl')],
  };
});

async function bytesPerEntry(make: () => Container): Promise<number> {
  const before = await liveHeapBytes();
  const container = make();
  for (let i = 0; i < count; i++) await container.set(`user:${i}`, i);
  const after = await liveHeapBytes();
  await container.set('still:here', 0);
  return (after - before) / count;
}
