import { redis } from 'tiercel/redis';
import { TestServer } from '../test/support/servers';
import type { Table, Verdict } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { fasterAtLeast, raceTable } from './harness/race-report';
import type { RaceResult } from './harness/race-result';
import { latencyVerdict } from './l2/latency';
import { libraries } from './l2/libraries';
import { coalescedMget, rawIoredis, rawNodeRedis } from './l2/raw-clients';
import { fill, inFlight } from './l2/subjects';
import { fullTiercelReader, tiercelReader } from './l2/tiercel-reader';

const plan = { lap: { ms: 20 }, rounds: 21 };
const ours = 'tiercel redis()';

const targets: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  16: { 'ioredis GET': 1.5 },
  64: {
    'ioredis GET': 1.8,
    'ioredis, coalesced MGET': 0.75,
    'Keyv + @keyv/redis': 2.2,
    'cache-manager': 2.2,
    Cacheable: 3,
    bentocache: 3,
  },
};

answerWith(async () => {
  const server = await TestServer.start('redis');
  const raw = rawIoredis(server.url);
  const reader = await tiercelReader(ours, redis(server.url));
  const full = await fullTiercelReader(`${ours}, L1 full`, redis(server.url));
  const readers = [reader, full, raw, coalescedMget(server.url), await rawNodeRedis(server.url), ...libraries(server)];
  await fill(readers);
  const tables: Table[] = [];
  const verdicts: Verdict[] = [];
  for (const count of [1, 16, 64, 256]) {
    const subjects = readers.map((each) => inFlight(count, each));
    const result = await race(subjects, plan);
    tables.push(raceTable(`${count} in flight`, result, 'ioredis GET'));
    verdicts.push(...judge(count, result));
  }
  verdicts.push(await latencyVerdict(reader, raw));
  return { title: 'Hit in L2: 204 bytes of JSON, decoded', tables, verdicts };
});

function judge(count: number, result: RaceResult): Verdict[] {
  const verdicts = Object.entries(targets[count] ?? {}).map(([other, limit]) => fasterAtLeast(result, ours, other, limit));
  return verdicts.map((verdict) => ({ ...verdict, what: `${count} in flight, ${verdict.what}` }));
}
