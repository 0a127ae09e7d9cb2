import type { Cache } from 'tiercel';
import { consume } from '../harness/consume';
import type { Subject } from '../harness/race';
import { keys, mask, users, type User } from '../harness/users';

export async function filled<C extends Cache>(cache: C): Promise<C> {
  for (const user of users) await cache.set(`user:${user.id}`, user);
  return cache;
}

export function getHits(name: string, cache: Cache): Subject {
  return {
    name,
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += (await cache.get<User>(keys[i & mask]!))!.id;
      consume(sum);
    },
  };
}

/** With a new closure and new options each time, as they are written in applications. */
export function wrapHits(name: string, cache: Cache): Subject {
  return {
    name,
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += (await cache.wrap(keys[i & mask]!, () => users[i & mask]!, { ttl: '5m' })).id;
      consume(sum);
    },
  };
}
