import { CacheableMemory } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { createCache } from 'tiercel';
import { consume } from '../harness/consume';
import type { Subject } from '../harness/race';
import { keys, lruSize, mask, ttlMs, users, type User } from '../harness/users';

/** Every subject has its own loop: in a shared one V8 could inline none of them. */
export async function syncSubjects(): Promise<readonly Subject[]> {
  return [mapGet(), lruCacheGet(), ...getRawSubjects(), memoryGet(), await peek()];
}

function mapGet(): Subject {
  const map = new Map<string, User>(users.map((user) => [`user:${user.id}`, user]));
  return {
    name: 'Map.get',
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += map.get(keys[i & mask]!)!.id;
      consume(sum);
    },
  };
}

function lruCacheGet(): Subject {
  const cache = new LRUCache<string, User>({ max: lruSize, ttl: ttlMs });
  for (const user of users) cache.set(`user:${user.id}`, user);
  return {
    name: 'lru-cache get, ttl',
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += cache.get(keys[i & mask]!)!.id;
      consume(sum);
    },
  };
}

/** The fastest way through it, without and with a ttl and the LRU list, as Tiercel has them. */
function getRawSubjects(): Subject[] {
  const tuned = { useClone: false, storeHashSize: 1 };
  return [
    getRaw('CacheableMemory.getRaw, tuned', new CacheableMemory(tuned)),
    getRaw('CacheableMemory.getRaw, tuned, ttl', new CacheableMemory({ ...tuned, ttl: ttlMs })),
    getRaw('CacheableMemory.getRaw, tuned, ttl, LRU', new CacheableMemory({ ...tuned, ttl: ttlMs, lruSize })),
  ];
}

function getRaw(name: string, memory: CacheableMemory): Subject {
  for (const user of users) memory.set(`user:${user.id}`, user);
  return {
    name,
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += (memory.getRaw(keys[i & mask]!)!.value as User).id;
      consume(sum);
    },
  };
}

function memoryGet(): Subject {
  const memory = new CacheableMemory({ ttl: ttlMs });
  for (const user of users) memory.set(`user:${user.id}`, user);
  return {
    name: 'CacheableMemory.get, default',
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += memory.get<User>(keys[i & mask]!)!.id;
      consume(sum);
    },
  };
}

async function peek(): Promise<Subject> {
  const cache = createCache();
  for (const user of users) await cache.set(`user:${user.id}`, user);
  return {
    name: 'tiercel peek',
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += cache.peek<User>(keys[i & mask]!)!.id;
      consume(sum);
    },
  };
}
