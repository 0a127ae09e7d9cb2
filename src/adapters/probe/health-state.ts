import type { Health } from '../../ports/health-probe';

/** The health that a probe shows, and those who want to know when it changes. */
export class HealthState {
  readonly #listeners = new Set<(health: Health) => void>();
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

  /** Goes down without telling anybody: whoever stops a probe knows that he did. */
  silence(reason: string): void {
    this.#health = 'down';
    this.#reason = reason;
  }

  onChange(listener: (health: Health) => void): () => void {
    const own = (health: Health): void => listener(health); // the same function may listen twice, and stop once
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #change(health: Health, reason: string | undefined): void {
    const changed = health !== this.#health;
    this.#health = health;
    this.#reason = reason;
    if (changed) this.#tell(health);
  }

  #tell(health: Health): void {
    for (const listener of [...this.#listeners]) {
      if (this.#health !== health) return; // a listener brought the next change about: this one is old
      if (this.#listeners.has(listener)) tell(listener, health);
    }
  }
}

function tell(listener: (health: Health) => void, health: Health): void {
  try {
    listener(health);
  } catch {
    // A listener's error is no news about the connection, and must not keep the news from the others.
  }
}
