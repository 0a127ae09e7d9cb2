import type { ProbeSettings } from './probe-settings';

/**
 * Knows how long a connection must hold before it is believed again.
 * The first time it is believed at once; each relapse doubles the wait, a quiet time forgets it.
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

  /** Knows nothing of the past. */
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
