/** Stops a scheduled task. Harmless after it has run. */
export type Cancel = () => void;

/** Source of time for the domain. All values are milliseconds. */
export interface Clock {
  /** Wall clock, since the Unix epoch: comparable between processes, and may jump. */
  now(): number;
  /**
   * Monotonic, whole milliseconds, from an arbitrary origin: for ages and lifetimes inside this process.
   * Called on every L1 hit, so an implementation may be coarse; it documents by how much.
   */
  elapsed(): number;
  /**
   * Monotonic, milliseconds with fractions at the best resolution, from an arbitrary origin: for durations. Costs more than {@link elapsed}.
   */
  precise(): number;
  /** Runs the task once. A waiting task does not keep the process alive. */
  schedule(delayMs: number, task: () => void): Cancel;
}
