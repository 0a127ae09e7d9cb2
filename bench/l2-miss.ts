import { createCache } from 'tiercel';
import { redis } from 'tiercel/redis';
import { Redis } from 'ioredis';
import { TestServer } from '../test/support/servers';
import { atMost, type Table, type Verdict } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { consume } from './harness/consume';
import { documents } from './harness/documents';
import { race, type Subject } from './harness/race';
import { raceTable } from './harness/race-report';
import { mask, ttlMs, type User } from './harness/users';
import type { WayToLoad } from './stampede/stampede';
import { waysToLoad } from './stampede/ways-to-load';

const plan = { lap: { ms: 20 }, rounds: 21 };
const byHand = 'ioredis GET, load, SET';
const ours = 'tiercel wrap, redis()';

/** Nothing but the commands: no tier in memory, no shared loads, and a load may undo a delete. */
function rawIoredis(url: string): WayToLoad {
  const client = new Redis(url);
  return {
    name: byHand,
    async ask(key, load) {
      const payload = await client.get(`raw:${key}`);
      if (payload !== null) return JSON.parse(payload) as User;
      const value = await load();
      void client.set(`raw:${key}`, JSON.stringify(value), 'PX', ttlMs);
      return value;
    },
  };
}

async function waiting(url: string): Promise<WayToLoad> {
  const cache = createCache({ secondary: redis(url), namespace: 'waiting', startup: 'require', acrossProcesses: 'wait' });
  await cache.start();
  return { name: `${ours}, acrossProcesses: 'wait'`, ask: (key, load) => cache.wrap(key, load) };
}

let asked = 0;

/** A number of callers, each of which asks for a new key as soon as it has an answer. */
function inFlight(count: number, { name, ask }: WayToLoad): Subject {
  const caller = async (times: number): Promise<void> => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const id = (asked += 1);
      sum += (await ask(`cold:${String(id)}`, () => Promise.resolve(documents[id & mask]!)))!.id;
    }
    consume(sum);
  };
  return {
    name,
    async run(times) {
      await Promise.all(Array.from({ length: count }, () => caller(Math.ceil(times / count))));
    },
  };
}

answerWith(async () => {
  const server = await TestServer.start('redis');
  const admin = new Redis(server.url);
  const compared = new Set([ours, 'Cacheable getOrSet', 'cache-manager wrap', 'bentocache getOrSet']);
  const libraries = (await waysToLoad(server)).filter(({ name }) => compared.has(name));
  const ways = [rawIoredis(server.url), await waiting(server.url), ...libraries];
  const tables: Table[] = [];
  const verdicts: Verdict[] = [];
  for (const count of [1, 16, 64]) {
    const result = await race(
      ways.map((way) => inFlight(count, way)),
      plan,
    );
    await admin.flushall();
    tables.push(raceTable(`${count} in flight`, result, byHand));
    if (count !== 64) continue;
    verdicts.push(
      atMost({ what: `${count} in flight, ${ours}: CPU of a miss`, limit: 20, measured: result.median(ours, 'cpuNs') / 1_000, unit: 'µs' }),
    );
  }
  return { title: 'Miss in both tiers: 204 bytes of JSON, loaded and stored', tables, verdicts };
});
