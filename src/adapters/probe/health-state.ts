import { Listeners } from '../../domain/shared/listeners';
import type { Health } from '../../ports/health-probe';

/** The health that a probe shows, and the listeners to its changes. */
export class HealthState {
  readonly #listeners = new Listeners<[Health]>();
  #health: Health = 'down';
  #reason: string | undefined;

  constructor(reason: string) {
    this.#reason = reason;
  }

  get health(): Health {
    return this.#health;
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  up(): void {
    this.#change('up', undefined);
  }

  down(reason: string): void {
    this.#change('down', reason);
  }

  /** Goes down without notifying: the caller that starts or stops a probe knows that it is down. */
  reset(reason: string): void {
    this.#health = 'down';
    this.#reason = reason;
  }

  /** Returns the function that removes the listener. */
  onChange(listener: (health: Health) => void): () => void {
    return this.#listeners.add((health) => {
      // An earlier listener may have caused the next change, and then this one is outdated.
      if (this.#health === health) listener(health);
    });
  }

  #change(health: Health, reason: string | undefined): void {
    const changed = health !== this.#health;
    this.#health = health;
    this.#reason = reason;
    if (changed) this.#listeners.notifySafely(health);
  }
}
