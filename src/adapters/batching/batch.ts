import type { Store } from '../../ports/store';

/** Calls of one turn that travel together, and share whatever becomes of them. */
export abstract class Batch<T> {
  readonly outcome: Promise<T>;
  #resolve!: (outcome: T) => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** How many keys it carries. */
  abstract get size(): number;

  send(store: Store): void {
    this.ask(store).then(this.#resolve, this.#reject);
  }

  protected abstract ask(store: Store): Promise<T>;
}
