import type { SoakReport } from './report';

/**
 * Bytes for each instance, after a collection of garbage, from the end of the first phase to the end of the last. Code that runs for the first
 * time in an outage, and its optimisation, cost 1 to 2 MB once; 100 bytes leaked by each request would cost 5 MB in five minutes.
 */
const heapGrowth = 5_000_000;

/**
 * Sockets, timers and requests for each instance. A reconnection may be a few of them ahead; the outages make dozens of reconnections, and
 * each would leak at least one.
 */
const handleGrowth = 6;

/** The growth of an instance from start to end. */
export function growthOf({ growth }: SoakReport): readonly { readonly heapBytes: number; readonly handles: number }[] {
  return growth.map(({ first, last }) => ({ heapBytes: last.heapBytes - first.heapBytes, handles: last.handles - first.handles }));
}

/** The exceeded limits, in words. No limit is a time, because times depend on the machine. */
export function exceededLimits(report: SoakReport): readonly string[] {
  const ofPhases = report.phases.flatMap(({ name, errors, recoveredMs, stale }) => [
    ...errors.map((error) => `${name}: ${error}`),
    ...stale.map((read) => `${name}: ${read}`),
    ...(recoveredMs === undefined ? [`${name}: the outage ended, and the instances did not recover`] : []),
  ]);
  const ofGrowth = growthOf(report).flatMap(({ handles, heapBytes }, instance) => [
    ...(heapBytes > heapGrowth ? [`the heap of instance ${instance} grew by ${heapBytes} bytes`] : []),
    ...(handles > handleGrowth ? [`instance ${instance} has ${handles} handles more than at first`] : []),
  ]);
  return [...ofPhases, ...ofGrowth, ...report.stderrLines.map((line) => `an instance wrote to stderr: ${line}`)];
}
