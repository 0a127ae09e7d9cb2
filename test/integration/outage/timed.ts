import type { LagMeter } from './lag-meter';

export interface Timed<T> {
  readonly answer: T;
  readonly ms: number;
  /** Without the time in which this process was too busy to notice anything. */
  readonly netMs: number;
}

export async function timed<T>(lag: LagMeter, call: () => Promise<T>): Promise<Timed<T>> {
  const startedAt = performance.now();
  const lagBefore = lag.sumMs;
  const answer = await call();
  const ms = performance.now() - startedAt;
  return { answer, ms, netMs: ms - (lag.sumMs - lagBefore) };
}
