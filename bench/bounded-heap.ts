import { createCache } from 'tiercel';
import { atMost } from './harness/answer';
import { answerWith } from './harness/answer-with';
import { consume } from './harness/consume';
import { liveHeapBytes } from './harness/heap';

const lruSize = 10_000;
const keysPerStep = 100_000;
const steps = 10;
const mebibyte = 2 ** 20;

answerWith(async () => {
  const cache = createCache({ primary: { lruSize } });
  const heaps: number[] = [];
  for (let step = 0; step < steps; step++) {
    for (let i = step * keysPerStep; i < (step + 1) * keysPerStep; i++) consume(await cache.wrap(`key:${i}`, () => i));
    heaps.push((await liveHeapBytes()) / mebibyte);
  }
  return {
    title: `Heap of a cache of ${lruSize} entries that sees ${steps * keysPerStep} keys, each loaded once`,
    tables: [
      { title: 'After', rows: heaps.map((heap, step) => ({ name: `${(step + 1) * keysPerStep} keys`, cells: { 'MiB in use': heap } })) },
    ],
    verdicts: [
      atMost({
        what: `heap: growth from ${keysPerStep} keys to ${steps * keysPerStep}`,
        limit: 0.5,
        measured: heaps.at(-1)! - heaps[0]!,
        unit: 'MiB',
      }),
    ],
  };
});
