import type { TierHealth } from '../../../domain/l2/remote-tier';

/** A period in which L2 was in one state. */
export interface TierPeriod {
  readonly state: TierHealth['state'];
  /** Why it was down; `undefined` otherwise. */
  readonly reason: string | undefined;
  /** Milliseconds since it began. */
  readonly agoMs: number;
  /** Milliseconds, until the next or until now. */
  readonly lastedMs: number;
}

interface Change {
  readonly state: TierHealth['state'];
  readonly reason: string | undefined;
  readonly at: number;
}

const keptChanges = 50;

/** The last 50 changes of L2. Instants are monotonic milliseconds. */
export class TierHistory {
  /** The oldest first. */
  #changes: readonly Change[] = [];

  record(state: TierHealth['state'], at: number, reason?: string): void {
    this.#changes = [...this.#changes, { state, reason, at }].slice(-keptChanges);
  }

  /** The newest first. */
  periods(now: number): readonly TierPeriod[] {
    return this.#changes
      .map(({ at, state, reason }, index) => ({ state, reason, agoMs: now - at, lastedMs: (this.#changes[index + 1]?.at ?? now) - at }))
      .reverse();
  }
}
