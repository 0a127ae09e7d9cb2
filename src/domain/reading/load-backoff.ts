import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { RecentMap } from '../shared/recent-map';

/** The most keys that are remembered. Past that the oldest is forgotten, and may be loaded once more during its backoff. */
const limit = 10_000;

/** Delays the next load of a key after a failed one, while there is an old value to return. */
export class LoadBackoff {
  readonly #until = new RecentMap<SanitizedKey, number>(limit);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  failed(key: SanitizedKey, delayMs: number): void {
    this.#until.set(key, this.#clock.elapsed() + delayMs);
  }

  succeeded(key: SanitizedKey): void {
    this.#until.delete(key);
  }

  isBackingOff(key: SanitizedKey): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (this.#clock.elapsed() < until) return true;
    this.#until.delete(key);
    return false;
  }
}
