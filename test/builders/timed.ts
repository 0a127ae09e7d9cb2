import type { CacheUnderTest } from './cache-under-test';

/** How long it took on the fake clock until the call had an outcome, and which. */
export async function timed<T>(
  one: CacheUnderTest,
  call: () => Promise<T>,
  limitMs = 60_000,
): Promise<{ ms: number; outcome: T | 'rejected' }> {
  const state: { outcome?: T | 'rejected' } = {};
  const began = one.clock.elapsed();
  void call().then(
    (outcome) => (state.outcome = outcome),
    () => (state.outcome = 'rejected'),
  );
  await one.settle();
  while (!('outcome' in state)) {
    if (one.clock.elapsed() - began > limitMs) throw new Error(`no outcome within ${limitMs} ms`);
    await one.clock.advance(10);
  }
  return { ms: one.clock.elapsed() - began, outcome: state.outcome };
}
