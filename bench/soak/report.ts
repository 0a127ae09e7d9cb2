import type { Vitals } from './vitals';

export interface PhaseReport {
  readonly name: string;
  /** Of all requests that were answered, over HTTP. */
  readonly latenciesMs: readonly number[];
  readonly errors: readonly string[];
  /** Reads that the promise does not allow. */
  readonly stale: readonly string[];
  /** From the end of the outage until all were well; `undefined` when that took too long. */
  readonly recoveredMs: number | undefined;
}

export interface Growth {
  readonly first: Vitals;
  readonly last: Vitals;
}

export interface SoakReport {
  readonly phases: readonly PhaseReport[];
  /** Of each instance. */
  readonly growth: readonly Growth[];
  /** The stderr of the instances, and their exit codes after a failure. */
  readonly stderrLines: readonly string[];
}
