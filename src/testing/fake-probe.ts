import type { Health, HealthProbe } from '../ports/health-probe';

const notStarted = 'not started';

/** A probe that the test controls: `up()` and `down()` are the server's return and loss. */
export class FakeProbe implements HealthProbe {
  health: Health = 'down';
  reason: string | undefined = notStarted;
  #started = false;
  /** Why the server is away; `undefined` while it is there. */
  #outage: string | undefined;
  readonly #listeners = new Set<(health: Health) => void>();

  up(): void {
    this.#outage = undefined;
    this.#update();
  }

  down(reason = 'the test says so'): void {
    this.#outage = reason;
    this.#update();
  }

  onChange(listener: (health: Health) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  start(): void {
    this.#started = true;
    this.#update();
  }

  stop(): void {
    this.#started = false;
    this.health = 'down';
    this.reason = notStarted;
  }

  #update(): void {
    if (!this.#started) return;
    const before = this.health;
    this.reason = this.#outage;
    this.health = this.#outage === undefined ? 'up' : 'down';
    if (this.health === before) return;
    for (const listener of this.#listeners) listener(this.health);
  }
}
