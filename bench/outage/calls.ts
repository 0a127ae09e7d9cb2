import type { Cache } from 'tiercel';
import { consume } from '../harness/consume';
import type { Subject } from '../harness/race';
import { keys, mask, users } from '../harness/users';

interface Call {
  readonly name: string;
  readonly on: (name: string, cache: Cache) => Subject;
}

/** A hit is not among them: it looks at L1 alone. */
export const calls: readonly Call[] = [
  call('get, nothing there', (cache, i) => cache.get(`absent:${i & mask}`)),
  call('wrap, loads', (cache, i) => cache.wrap(`cold:${i}`, () => users[i & mask]!)),
  call('set', (cache, i) => cache.set(keys[i & mask]!, users[i & mask]!)),
  call('del', (cache, i) => cache.del(keys[i & mask]!)),
];

function call(name: string, make: (cache: Cache, i: number) => Promise<unknown>): Call {
  return { name, on: (subject, cache) => repeated(subject, (i) => make(cache, i)) };
}

function repeated(name: string, make: (i: number) => Promise<unknown>): Subject {
  let next = 0;
  return {
    name,
    async run(times) {
      for (let i = 0; i < times; i++) consume((await make(next++)) === undefined ? 0 : 1);
    },
  };
}
