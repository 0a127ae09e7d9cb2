import { createCache, type Cache } from 'tiercel';
import { redis } from 'tiercel/redis';
import { TestServer } from '../test/support/servers';
import { atMost, type Table, type Verdict } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { raceTable } from './harness/race-report';
import { calls } from './outage/calls';

const plan = { lap: { ms: 20 }, rounds: 21 };

answerWith(async () => {
  const alone = createCache();
  const down = await cacheWithDeadServer();
  const tables: Table[] = [];
  const verdicts: Verdict[] = [];
  for (const { name, on } of calls) {
    const result = await race([on('L1 alone', alone), on('L2 down', down)], plan);
    tables.push(raceTable(name, result, 'L1 alone'));
    const laterUs = result.difference('L2 down', 'L1 alone') / 1_000;
    verdicts.push(atMost({ what: `L2 down, ${name}: beyond L1 alone`, limit: 1, measured: laterUs, unit: 'µs' }));
  }
  return { title: 'A call while L2 is known to be down', tables, verdicts };
});

async function cacheWithDeadServer(): Promise<Cache> {
  const server = await TestServer.start('redis');
  const cache = createCache({ secondary: redis(server.url), startup: 'require', logger: false });
  await cache.start();
  const down = new Promise((resolve) => cache.on('down', resolve));
  await server.kill();
  await down;
  return cache;
}
