import type { ProbeSettings } from './probe-settings';

/**
 * How long a connection must hold before it counts as up.
 * Not at all the first time; each relapse doubles the wait, and a quiet time resets it.
 */
export class FlapDamper {
  readonly #settings: ProbeSettings;
  #settleMs = 0;
  #roseAt = 0;

  constructor(settings: ProbeSettings) {
    this.#settings = settings;
  }

  get settleMs(): number {
    return this.#settleMs;
  }

  /** Forgets earlier outages. */
  reset(): void {
    this.#settleMs = 0;
  }

  rose(now: number): void {
    this.#roseAt = now;
  }

  fell(now: number): void {
    const { settleMs, maxSettleMs, quietMs } = this.#settings;
    const relapsed = this.#settleMs > 0 && now - this.#roseAt < quietMs;
    this.#settleMs = relapsed ? Math.min(2 * this.#settleMs, maxSettleMs) : settleMs;
  }
}
