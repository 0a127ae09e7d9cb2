import type { Standing } from '../consistency/bus-trust';
import type { Entry } from '../entry/entry';

/**
 * How long this process may answer from layer 1 before it has to ask layer 2 again. A layer-1 ttl that somebody chose holds, in every
 * process that copies the entry; it travels with it.
 */
export class Trust {
  readonly #standing: Standing;

  /** @param standing - of this moment, where nobody chose: `Infinity` while a bus tells of every change, or when there is nobody else */
  constructor(standing: Standing) {
    this.#standing = standing;
  }

  get era(): number {
    return this.#standing.era;
  }

  /** Whether this process hears of what others change. */
  get isTold(): boolean {
    return this.#standing.trustMs === Infinity;
  }

  forMs(entry: Pick<Entry, 'l1TtlMs'>): number {
    return entry.l1TtlMs === Infinity ? this.#standing.trustMs : entry.l1TtlMs;
  }
}
