import type { Cancel, Clock } from '../src';

/** Minutes pass in seconds; durations are reported as they were. */
export class HurriedClock implements Clock {
  readonly #factor: number;
  readonly #startedAt: number;
  readonly #epoch: number;

  /**
   * @param factor - how many times faster than the real one
   * @param startAt - milliseconds since the Unix epoch
   */
  constructor(factor: number, startAt: number) {
    this.#factor = factor;
    this.#epoch = startAt;
    this.#startedAt = performance.now();
  }

  now(): number {
    return this.#epoch + this.elapsed();
  }

  elapsed(): number {
    return Math.floor((performance.now() - this.#startedAt) * this.#factor);
  }

  precise(): number {
    return performance.now();
  }

  schedule(delayMs: number, task: () => void): Cancel {
    const timer = setTimeout(task, delayMs / this.#factor).unref();
    return () => {
      clearTimeout(timer);
    };
  }
}
