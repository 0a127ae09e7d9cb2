import { getHeapStatistics } from 'node:v8';
import { createCache } from 'tiercel';
import { atMost } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { median } from './harness/statistics';
import { keys, mask, users, type User } from './harness/users';

/** So few that the young generation has room for all they allocate, and nothing is collected in between. */
const times = 5_000;
const rounds = 41;
const warmUp = 20;

/** Answers are kept until the round is over, in an array that is there already. */
const answers: unknown[] = Array.from({ length: times });

answerWith(async () => {
  const cache = createCache();
  for (const user of users) await cache.set(`user:${user.id}`, user);
  const map = new Map<string, User>(users.map((user) => [`user:${user.id}`, user]));
  const asyncGet = async (key: string) => map.get(key);
  const ways: Readonly<Record<string, (i: number) => unknown>> = {
    'Map.get': (i) => map.get(keys[i & mask]!),
    'Promise.resolve(Map.get)': (i) => Promise.resolve(map.get(keys[i & mask]!)),
    'async function returning Map.get': (i) => asyncGet(keys[i & mask]!),
    'tiercel peek': (i) => cache.peek(keys[i & mask]!),
    'tiercel get': (i) => cache.get(keys[i & mask]!),
    'tiercel wrap, a loader at hand': (i) => cache.wrap(keys[i & mask]!, load),
  };
  const bytes = new Map(Object.entries(ways).map(([name, way]) => [name, bytesPerCall(way)]));
  const promise = bytes.get('Promise.resolve(Map.get)')!;
  const beyondPromise = (name: string) =>
    atMost({ what: `allocation, ${name}: beyond one promise`, limit: 1, measured: bytes.get(name)! - promise, unit: 'B' });
  return {
    title: 'Allocation per hit in L1',
    tables: [{ title: 'Per call', rows: [...bytes].map(([name, perCall]) => ({ name, cells: { bytes: perCall } })) }],
    verdicts: [
      atMost({ what: 'allocation, tiercel peek', limit: 1, measured: bytes.get('tiercel peek')!, unit: 'B' }),
      beyondPromise('tiercel get'),
      beyondPromise('tiercel wrap, a loader at hand'),
    ],
  };
});

function load(): User {
  return users[0]!;
}

function bytesPerCall(way: (i: number) => unknown): number {
  const measured: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    globalThis.gc!({ type: 'minor' });
    const before = getHeapStatistics().used_heap_size;
    for (let i = 0; i < times; i++) answers[i] = way(i);
    const after = getHeapStatistics().used_heap_size;
    if (round >= 0) measured.push((after - before) / times);
    answers.fill(undefined);
  }
  return median(measured);
}
