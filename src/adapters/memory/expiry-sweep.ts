import type { Cancel, Clock } from '../../ports/clock';

/** Items visited in one task, which takes some tens of microseconds. Visiting a million items at once would block the event loop for more than 100 ms. */
const sliceSize = 1_000;

const slicePauseMs = 20;

const roundPauseMs = 30_000;

/**
 * Calls the visitor with every item once a round, in slices, so that expired items are removed although they are never read again.
 * Runs only while there are items.
 */
export class ExpirySweep<T> {
  readonly #clock: Clock;
  readonly #items: () => Iterator<T>;
  readonly #visit: (item: T) => void;
  /** The items that this round has not visited yet. */
  #rest: Iterator<T> | undefined;
  #cancel: Cancel | undefined;
  #stopped = false;

  constructor(clock: Clock, items: () => Iterator<T>, visit: (item: T) => void) {
    this.#clock = clock;
    this.#items = items;
    this.#visit = visit;
  }

  /** Call it when an item was added. */
  wake(): void {
    if (this.#cancel === undefined && !this.#stopped) this.#schedule(roundPauseMs);
  }

  /** Call it when all items were removed: a running round would otherwise visit the old ones. */
  reset(): void {
    this.#rest = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Final: `wake` does nothing afterwards. */
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

  /** @returns whether there may be more items */
  #visitSome(items: Iterator<T>): boolean {
    for (let seen = 0; seen < sliceSize; seen++) {
      const next = items.next();
      if (next.done === true) return false;
      this.#visit(next.value);
    }
    return true;
  }
}
