import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** For everything that is fuzzed together. */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 60);
const runsPerRound = 250;
/** In milliseconds: a run that takes longer hangs, also on a busy machine. A finding is reported even if it could be shrunk further. */
const limits = { timeout: 5_000, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true };
/** In bytes. V8 itself comes and goes with two million; a key that is kept for each run makes ten. */
export const mostGrowth = 4_000_000;

/**
 * Tries the property for a share of the time, always with new seeds; fast-check prints the one that it failed with.
 * Resolves with the growth of the heap since the first third of the time, in bytes.
 */
export async function fuzz(share: number, property: fc.IAsyncProperty<[string]>): Promise<number> {
  const forMs = share * seconds * 1_000;
  const beginsAt = performance.now();
  const tryUntil = async (endsAt: number): Promise<void> => {
    do await fc.assert(property, { numRuns: runsPerRound, ...limits });
    while (performance.now() < endsAt);
  };
  await tryUntil(beginsAt + forMs / 3);
  const before = await liveBytes();
  await tryUntil(beginsAt + forMs);
  return (await liveBytes()) - before;
}

async function liveBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let pass = 0; pass < 3; pass++) {
    await setImmediate();
    collect();
  }
  const { external, heapUsed } = process.memoryUsage();
  return heapUsed + external;
}
