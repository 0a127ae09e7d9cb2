import type { BusView } from '../consistency/bus-view';
import type { Entry } from '../entry/entry';

/**
 * How long this process may answer from layer 1 before it has to ask layer 2 again. A layer-1 ttl that somebody chose holds, in every
 * process that copies the entry; it travels with it.
 */
export class L1Policy {
  readonly #bus: BusView;

  /** @param standing - of this moment, where nobody chose: `Infinity` while a bus tells of every change, or when there is nobody else */
  constructor(standing: BusView) {
    this.#bus = standing;
  }

  get epoch(): number {
    return this.#bus.epoch;
  }

  /** Whether this process hears of what others change. */
  get hearsInvalidations(): boolean {
    return this.#bus.l1TtlMs === Infinity;
  }

  ttlMsOf(entry: Pick<Entry, 'l1TtlMs'>): number {
    return entry.l1TtlMs === Infinity ? this.#bus.l1TtlMs : entry.l1TtlMs;
  }
}
