import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';

/** Keys that are remembered; past that the oldest is forgotten, and loaded once more than it had to be. */
const limit = 10_000;

/** Keeps a source that has just failed from being asked again at once, while there is an old value to answer with. */
export class LoadBackoff {
  readonly #until = new Map<SanitizedKey, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  failed(key: SanitizedKey, delayMs: number): void {
    this.#until.delete(key);
    this.#until.set(key, this.#clock.elapsed() + delayMs);
    if (this.#until.size > limit) this.#forgetOldest();
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

  #forgetOldest(): void {
    const [oldest] = this.#until.keys();
    if (oldest !== undefined) this.#until.delete(oldest);
  }
}
