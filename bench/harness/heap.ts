import { setImmediate } from 'node:timers/promises';

/** Bytes that are still in use after everything else was thrown away. */
export async function liveHeapBytes(): Promise<number> {
  for (let pass = 0; pass < 3; pass++) {
    await setImmediate();
    globalThis.gc!();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
