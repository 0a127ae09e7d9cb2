const tickMs = 5;
/** Timers are never punctual to the millisecond. */
const toleranceMs = 2;

/** Sums the time in which this process was too busy for its timers: the delay of a call on a loaded machine. */
export class LagMeter {
  #sumMs = 0;
  #dueAt = 0;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#dueAt = performance.now() + tickMs;
    this.#timer = setTimeout(() => {
      this.#sumMs += this.#overdueMs;
      this.start();
    }, tickMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Milliseconds since the first `start`. */
  get sumMs(): number {
    return this.#sumMs + this.#overdueMs;
  }

  get #overdueMs(): number {
    const lateMs = performance.now() - this.#dueAt;
    return lateMs > toleranceMs ? lateMs : 0;
  }
}
