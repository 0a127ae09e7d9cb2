import { Cacheable } from 'cacheable';
import { createCache, type Cache } from 'tiercel';
import { atMost, type Verdict } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { consume } from './harness/consume';
import { race, type Subject } from './harness/race';
import type { RaceResult } from './harness/race-result';
import { fasterAtLeast, raceTable, slowerAtMost } from './harness/race-report';
import { keys, mask, users, type User } from './harness/users';
import { filled, getHits } from './l1/hits';

const plan = { lap: { ms: 10 }, rounds: 61 };
const tags = ['users', 'org:7', 'region:eu'];
const many = 100_000;

async function tagged(): Promise<Cache> {
  const cache = createCache();
  for (const user of users) await cache.set(`user:${user.id}`, user, { tags });
  return cache;
}

/** Every entry is hit once after each invalidation of a tag that it does not have. */
function hitsAfterForeignTag(name: string, cache: Cache): Subject {
  return {
    name,
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) {
        if ((i & mask) === 0) await cache.delByTag('another');
        sum += (await cache.get<User>(keys[i & mask]!))!.id;
      }
      consume(sum);
    },
  };
}

async function cacheableHits(): Promise<Subject> {
  const cache = new Cacheable({ ttl: '5m', tags: true });
  for (const user of users) await cache.set(`user:${user.id}`, user, { ttl: '5m', tags });
  return {
    name: 'Cacheable get, three tags',
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += (await cache.get<User>(keys[i & mask]!))!.id;
      consume(sum);
    },
  };
}

async function invalidating(name: string, entries: number): Promise<Subject> {
  const cache = createCache({ primary: { lruSize: many, maxBytes: 2 ** 30 } });
  for (let i = 0; i < entries; i++) await cache.set(`entry:${i}`, i, { tags: ['t'] });
  return {
    name,
    async run(times) {
      for (let i = 0; i < times; i++) await cache.delByTag('t');
    },
  };
}

function moreAtMost(result: RaceResult, name: string, than: string, limit: number): Verdict {
  const measured = result.median(name, 'wallNs') - result.median(than, 'wallNs');
  return atMost({ what: `${name}: time beyond that of ${than}`, limit, measured, unit: 'ns' });
}

const plain = 'tiercel get, no tags';
const three = 'tiercel get, three tags';
const foreign = 'tiercel get, three tags, after another tag was invalidated';
const few = 'delByTag, 10 entries';
const full = 'delByTag, 100 000 entries';

answerWith(async () => {
  const hits = await race(
    [
      getHits(plain, await filled(createCache())),
      getHits(three, await tagged()),
      hitsAfterForeignTag(foreign, await tagged()),
      await cacheableHits(),
    ],
    plan,
  );
  const invalidations = await race([await invalidating(few, 10), await invalidating(full, many)], plan);
  return {
    title: 'Tags',
    tables: [raceTable('Hit in L1', hits, plain), raceTable('Invalidation in L1', invalidations, few)],
    verdicts: [
      moreAtMost(hits, three, plain, 10),
      moreAtMost(hits, foreign, plain, 60),
      fasterAtLeast(hits, three, 'Cacheable get, three tags', 10),
      slowerAtMost(invalidations, full, few, 1.5),
    ],
  };
});
