import { createCache } from 'tiercel';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { fasterAtLeast, raceTable, slowerAtMost } from './harness/race-report';
import { bentocacheSubjects, cacheableSubjects, cacheManagerSubjects, mapSubject } from './l1/async-peers';
import { filled, getHits, wrapHits } from './l1/hits';
import { syncSubjects } from './l1/sync-subjects';

const plan = { lap: { ms: 10 }, rounds: 61 };

const raw = 'CacheableMemory.getRaw, tuned, ttl';
const floor = 'async function returning Map.get';

answerWith(async () => {
  const sync = await race(await syncSubjects(), plan);
  const cache = await filled(createCache());
  const ours = [getHits('tiercel get', cache), wrapHits('tiercel wrap', cache)];
  const peers = [...(await cacheManagerSubjects()), ...(await cacheableSubjects()), ...(await bentocacheSubjects())];
  const async = await race([mapSubject(floor), ...ours, ...peers], plan);
  return {
    title: 'Hit in L1',
    tables: [raceTable('Synchronous', sync, raw), raceTable('Awaited', async, floor)],
    verdicts: [
      slowerAtMost(sync, 'tiercel peek', raw, 1.5),
      slowerAtMost(async, 'tiercel get', floor, 1.6),
      fasterAtLeast(async, 'tiercel get', 'cache-manager get', 4),
      fasterAtLeast(async, 'tiercel get', 'Cacheable get', 25),
      fasterAtLeast(async, 'tiercel get', 'bentocache get', 5),
      slowerAtMost(async, 'tiercel wrap', 'tiercel get', 1.15),
    ],
  };
});
