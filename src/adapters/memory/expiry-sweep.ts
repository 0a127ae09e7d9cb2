import type { Cancel, Clock } from '../../ports/clock';

/** Looked at in one go: some tens of microseconds. A whole pass over a million items would block the event loop for 100 ms and more. */
const sliceSize = 1_000;

const slicePauseMs = 20;

const roundPauseMs = 30_000;

/**
 * Shows every item to the visitor once a round, in slices, so that what expired and is never read again does not stay.
 * Runs only while there are items.
 */
export class ExpirySweep<T> {
  readonly #clock: Clock;
  readonly #items: () => Iterator<T>;
  readonly #visit: (item: T) => void;
  /** What this round has still to see. */
  #rest: Iterator<T> | undefined;
  #cancel: Cancel | undefined;
  #stopped = false;

  constructor(clock: Clock, items: () => Iterator<T>, visit: (item: T) => void) {
    this.#clock = clock;
    this.#items = items;
    this.#visit = visit;
  }

  /** To be called whenever an item was added. */
  wake(): void {
    if (this.#cancel === undefined && !this.#stopped) this.#schedule(roundPauseMs);
  }

  /** To be called when the items were thrown away, or a round under way would go on showing the old ones. */
  reset(): void {
    this.#rest = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** For good: it cannot be woken any more. */
  stop(): void {
    this.#stopped = true;
    this.reset();
  }

  #schedule(delayMs: number): void {
    this.#cancel = this.#clock.schedule(delayMs, () => this.#sweepSlice());
  }

  #sweepSlice(): void {
    this.#rest ??= this.#items();
    if (this.#visitSome(this.#rest)) this.#schedule(slicePauseMs);
    else this.#endRound();
  }

  #endRound(): void {
    this.reset();
    const empty = this.#items().next().done === true;
    if (!empty) this.wake();
  }

  /** Whether there may be more. */
  #visitSome(items: Iterator<T>): boolean {
    for (let seen = 0; seen < sliceSize; seen++) {
      const next = items.next();
      if (next.done === true) return false;
      this.#visit(next.value);
    }
    return true;
  }
}
