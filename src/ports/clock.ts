/** Stops a scheduled task. Harmless after it has run. */
export type Cancel = () => void;

/** Time, as the domain knows it. All of it in milliseconds. */
export interface Clock {
  /** Wall clock, since the Unix epoch: comparable between processes, and may jump. */
  now(): number;
  /**
   * Monotonic, whole milliseconds, since an origin of its own: for ages and lifetimes inside this process.
   * Consulted on every layer-1 hit, so an implementation may be coarse; it says by how much.
   */
  elapsed(): number;
  /**
   * Monotonic, milliseconds with fractions, as fine as there are, since an origin of its own: for how long something took. Costs more than
   * {@link elapsed}.
   */
  precise(): number;
  /** Runs the task once. A waiting task does not keep the process alive. */
  schedule(delayMs: number, task: () => void): Cancel;
}
