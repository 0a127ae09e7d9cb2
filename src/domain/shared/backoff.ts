/**
 * A waiting time that doubles with each failure in a row, up to a limit. Milliseconds.
 * @param failures - counted from 1
 */
export function backoffMs(failures: number, firstMs: number, longestMs: number): number {
  return Math.min(firstMs * 2 ** (failures - 1), longestMs);
}

/** Counts the failures in a row for {@link backoffMs}. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #failures = 0;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** How long to wait after one more failure. */
  next(): number {
    this.#failures += 1;
    return backoffMs(this.#failures, this.#firstMs, this.#longestMs);
  }

  /** The next failure is a first one again. */
  reset(): void {
    this.#failures = 0;
  }
}
