const tickMs = 5;
/** Timers are never punctual to the millisecond. */
const toleranceMs = 2;

/** Adds up how long this process was too busy to look at its timers, which is what a call on a loaded machine is late by. */
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
