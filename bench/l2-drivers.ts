import KeyvRedis from '@keyv/redis';
import { keyv } from 'tiercel/keyv';
import { valkey } from 'tiercel/valkey';
import { TestServer } from '../test/support/servers';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { fasterAtLeast, raceTable } from './harness/race-report';
import { keyvAlone } from './l2/libraries';
import { fill, inFlight } from './l2/subjects';
import { tiercelReader } from './l2/tiercel-reader';

const plan = { lap: { ms: 20 }, rounds: 21 };

answerWith(async () => {
  const server = await TestServer.start('redis');
  const readers = [
    await tiercelReader('tiercel valkey()', valkey(server.url)),
    await tiercelReader('tiercel keyv(KeyvRedis)', keyv(new KeyvRedis(server.url))),
    keyvAlone(server.url),
  ];
  await fill(readers);
  const result = await race(
    readers.map((reader) => inFlight(64, reader)),
    plan,
  );
  return {
    title: 'Hit in L2 through the other drivers, 204 bytes of JSON, decoded',
    tables: [raceTable('64 in flight', result, 'Keyv + @keyv/redis')],
    verdicts: [
      fasterAtLeast(result, 'tiercel valkey()', 'Keyv + @keyv/redis', 1),
      fasterAtLeast(result, 'tiercel keyv(KeyvRedis)', 'Keyv + @keyv/redis', 1),
    ],
  };
});
