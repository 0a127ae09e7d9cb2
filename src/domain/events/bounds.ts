import type { DurationName } from '../../ports/cache-stats';

/** 1 µs to 5 s: a hit of L1 takes less than the first, and a call to L2 hardly ever more than the last. */
const latency = steps(1e-3, 5_000);

const load = steps(1, 60_000);

/** One second to a day. */
const staleness = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400].map((seconds) => seconds * 1_000);

/** Milliseconds. */
export const boundsMs: Readonly<Record<DurationName, readonly number[]>> = Object.freeze({
  l1Get: latency,
  l1Set: latency,
  l1Delete: latency,
  l2Get: latency,
  l2Set: latency,
  l2Delete: latency,
  l2Clear: latency,
  loadStored: load,
  loadFenced: load,
  loadSkipped: load,
  loadFailed: load,
  staleRevalidate: staleness,
  staleError: staleness,
  staleUnreachable: staleness,
  busLag: latency,
});

/** 1, 2.5, 5, 10, 25, 50… */
function steps(fromMs: number, toMs: number): readonly number[] {
  const found: number[] = [];
  for (let decade = fromMs; decade <= toMs; decade *= 10) found.push(...[1, 2.5, 5].map((step) => roundBound(decade * step)));
  return Object.freeze(found.filter((bound) => bound <= toMs));
}

/** Without the noise of floating point: a bound is a label. */
function roundBound(bound: number): number {
  return Number(bound.toPrecision(3));
}
