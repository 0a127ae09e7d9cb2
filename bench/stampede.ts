import { TestServer } from '../test/support/servers';
import { atMost } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { raceTable } from './harness/race-report';
import { Stampede } from './stampede/stampede';
import { waysToLoad } from './stampede/ways-to-load';

const callers = 10_000;
const ours = ['tiercel wrap, L1 alone', 'tiercel wrap, redis()', 'tiercel wrap, redis(), { ttl }'];

answerWith(async () => {
  const server = await TestServer.start('redis');
  const stampedes = (await waysToLoad(server)).map((way) => new Stampede(way));
  const result = await race(stampedes, { lap: { times: callers }, rounds: 15 });
  const table = raceTable(`Per caller of ${callers}`, result, 'a Map of promises');
  const loads = new Map(stampedes.map(({ name, loadsEach }) => [name, loadsEach]));
  return {
    title: 'Stampede: all ask for one cold key at once',
    tables: [{ ...table, rows: table.rows.map((row) => ({ ...row, cells: { ...row.cells, loads: loads.get(row.name)! } })) }],
    verdicts: ours.flatMap((name) => [
      atMost({ what: `stampede, ${name}: loads`, limit: 1, measured: loads.get(name)!, unit: '' }),
      atMost({ what: `stampede, ${name}: per waiting caller`, limit: 1, measured: result.median(name, 'wallNs') / 1_000, unit: 'µs' }),
    ]),
  };
});
