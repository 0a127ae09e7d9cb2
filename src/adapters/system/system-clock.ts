import type { Cancel, Clock } from '../../ports/clock';

/** How long one reading of the real clock is used, in milliseconds. The timer and the rounding add 1 ms each, so the lag is at most 5. */
const refreshMs = 3;

/** How many calls use one reading of the real clock: the bound while the event loop is blocked and no timer runs. */
const readsPerRefresh = 128;

/** In milliseconds; `setTimeout` fires at once for a longer delay. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * The clock of this process.
 *
 * `elapsed()` is coarse, because a reading of the real clock costs about as much as a whole L1 hit. It lags by at most 5 ms; after the event loop
 * was blocked, by the length of the block, for at most 128 calls. It never goes back.
 */
export class SystemClock implements Clock {
  readonly #origin = performance.now();
  #elapsed = 0;
  /** 0 while no timer is armed: the next call then reads the real clock. */
  #readsLeft = 0;
  #armed = false;
  #timer: NodeJS.Timeout | undefined;

  now(): number {
    return Date.now();
  }

  elapsed(): number {
    if (this.#readsLeft === 0) this.#refresh();
    this.#readsLeft--;
    return this.#elapsed;
  }

  precise(): number {
    return performance.now();
  }

  schedule(delayMs: number, task: () => void): Cancel {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestTimeoutMs);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : task()), stepMs).unref();
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  }

  #refresh(): void {
    this.#readTime();
    if (!this.#armed) this.#arm();
  }

  #readTime(): void {
    this.#elapsed = Math.floor(performance.now() - this.#origin);
    this.#readsLeft = readsPerRefresh;
  }

  #arm(): void {
    this.#armed = true;
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#onTimer(), refreshMs).unref();
    else this.#timer.refresh();
  }

  #onTimer(): void {
    this.#armed = false;
    const idle = this.#readsLeft === readsPerRefresh;
    if (idle) this.#readsLeft = 0;
    else this.#refresh();
  }
}
