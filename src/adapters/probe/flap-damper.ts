import { Backoff } from '../../domain/shared/backoff';
import type { ProbeSettings } from './probe-settings';

/**
 * How long a connection must hold before it counts as up.
 * Not at all the first time; each relapse doubles the wait, and a quiet time resets it.
 */
export class FlapDamper {
  readonly #quietMs: number;
  readonly #backoff: Backoff;
  #holdMs = 0;
  #roseAt = 0;

  constructor({ holdMs, maxHoldMs, quietMs }: Pick<ProbeSettings, 'holdMs' | 'maxHoldMs' | 'quietMs'>) {
    this.#quietMs = quietMs;
    this.#backoff = new Backoff(holdMs, maxHoldMs);
  }

  get holdMs(): number {
    return this.#holdMs;
  }

  /** Forgets earlier outages. */
  reset(): void {
    this.#holdMs = 0;
    this.#backoff.reset();
  }

  rose(now: number): void {
    this.#roseAt = now;
  }

  fell(now: number): void {
    if (now - this.#roseAt >= this.#quietMs) this.#backoff.reset();
    this.#holdMs = this.#backoff.next();
  }
}
