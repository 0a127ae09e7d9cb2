import { createCache } from 'tiercel';
import { redis } from 'tiercel/redis';
import { TestServer } from '../test/support/servers';
import { cipher, largeReads, largeWrites, largeValues } from './ciphers/subjects';
import { atMost, type Answer } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { fasterAtLeast, raceTable } from './harness/race-report';
import { filled, getHits } from './l1/hits';
import { fill, inFlight } from './l2/subjects';
import { tiercelReader } from './l2/tiercel-reader';

type Part = Pick<Answer, 'tables' | 'verdicts'>;

answerWith(async () => {
  const parts = [await sanitizers(), await sealing(), await throughRedis()];
  return {
    title: 'The cost of keys and ciphers',
    tables: parts.flatMap(({ tables }) => tables),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
  };
});

async function sanitizers(): Promise<Part> {
  const [escaped, asGiven] = ['default sanitizer', 'keys as they are given'];
  const subjects = [
    getHits(escaped, await filled(createCache())),
    getHits(asGiven, await filled(createCache({ sanitizer: { sanitize: (key) => key } }))),
  ];
  const result = await race(subjects, { lap: { ms: 10 }, rounds: 61 });
  const measured = result.difference(escaped, asGiven);
  return {
    tables: [raceTable('A hit in L1, awaited', result, asGiven)],
    verdicts: [atMost({ what: `L1 hit, ${escaped}: beyond ${asGiven}`, limit: 60, measured, unit: 'ns' })],
  };
}

/** L2 is a `Map` in this process, so the way there and back is measured. */
async function sealing(): Promise<Part> {
  const [plain, sealed] = [await largeValues(), await largeValues({ cipher })];
  const subjects = [
    largeWrites('set', plain),
    largeWrites('set, sealed', sealed),
    largeReads('get', plain),
    largeReads('get, opened', sealed),
  ];
  const result = await race(subjects, { lap: { ms: 20 }, rounds: 31 });
  const beyond = (name: string, other: string) =>
    atMost({ what: `2 KB, ${name}: beyond ${other}`, limit: 15, measured: result.difference(name, other) / 1_000, unit: 'µs' });
  return {
    tables: [raceTable('2 KB of JSON to L2 and back', result, 'get')],
    verdicts: [beyond('set, sealed', 'set'), beyond('get, opened', 'get')],
  };
}

async function throughRedis(): Promise<Part> {
  const server = await TestServer.start('redis');
  const [plain, sealed] = ['redis()', 'redis(), with a cipher'];
  const readers = [
    await tiercelReader(plain, redis(server.url)),
    await tiercelReader(sealed, redis(server.url), { cipher, namespace: 'sealed' }),
  ];
  await fill(readers);
  const result = await race(
    readers.map((reader) => inFlight(64, reader)),
    { lap: { ms: 20 }, rounds: 31 },
  );
  return {
    tables: [raceTable('Hit in L2: 204 bytes of JSON, 64 in flight', result, plain)],
    verdicts: [fasterAtLeast(result, sealed, plain, 0.6)],
  };
}
