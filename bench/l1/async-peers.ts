import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache as createCacheManager } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { consume } from '../harness/consume';
import type { Subject } from '../harness/race';
import { keys, lruSize, mask, ttlMs, users, type User } from '../harness/users';

/** The least that an asynchronous cache can cost. */
export function mapSubject(name: string): Subject {
  const map = new Map<string, User>(users.map((user) => [`user:${user.id}`, user]));
  const get = async (key: string): Promise<User | undefined> => map.get(key);
  return {
    name,
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += (await get(keys[i & mask]!))!.id;
      consume(sum);
    },
  };
}

export async function cacheManagerSubjects(): Promise<Subject[]> {
  const cache = createCacheManager({ ttl: ttlMs });
  for (const user of users) await cache.set(`user:${user.id}`, user);
  return [
    {
      name: 'cache-manager get',
      async run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += (await cache.get<User>(keys[i & mask]!))!.id;
        consume(sum);
      },
    },
    {
      name: 'cache-manager wrap',
      async run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += (await cache.wrap(keys[i & mask]!, () => users[i & mask]!, { ttl: ttlMs })).id;
        consume(sum);
      },
    },
  ];
}

export async function cacheableSubjects(): Promise<Subject[]> {
  const cache = new Cacheable({ ttl: ttlMs });
  for (const user of users) await cache.set(`user:${user.id}`, user);
  return [
    {
      name: 'Cacheable get',
      async run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += (await cache.get<User>(keys[i & mask]!))!.id;
        consume(sum);
      },
    },
    {
      name: 'Cacheable getOrSet',
      async run(times) {
        let sum = 0;
        const load = (i: number) => async () => users[i]!;
        for (let i = 0; i < times; i++) sum += (await cache.getOrSet(keys[i & mask]!, load(i & mask), { ttl: ttlMs }))!.id;
        consume(sum);
      },
    },
  ];
}

/** With values by reference, as all others here; its default is to keep JSON. */
export async function bentocacheSubjects(): Promise<Subject[]> {
  const memory = bentostore().useL1Layer(memoryDriver({ maxItems: lruSize, serialize: false }));
  const cache = new BentoCache({ default: 'memory', stores: { memory }, ttl: ttlMs });
  for (const user of users) await cache.set({ key: `user:${user.id}`, value: user });
  return [
    {
      name: 'bentocache get',
      async run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += (await cache.get<User>({ key: keys[i & mask]! })).id;
        consume(sum);
      },
    },
    {
      name: 'bentocache getOrSet',
      async run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          sum += (await cache.getOrSet({ key: keys[i & mask]!, factory: () => users[i & mask]!, ttl: ttlMs })).id;
        }
        consume(sum);
      },
    },
  ];
}
