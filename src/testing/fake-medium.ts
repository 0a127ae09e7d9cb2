import type { InvalidationMessage } from '../ports/invalidation-bus';

/** What hangs on a medium. */
export interface Endpoint {
  hear(message: InvalidationMessage): void;
  /** Something that is no message. */
  hearNoise(): void;
}

/** Carries messages between all who hang on it, in this process: each gets a copy, and so does the sender. */
export class FakeMedium {
  readonly #endpoints = new Set<Endpoint>();

  attach(endpoint: Endpoint): void {
    this.#endpoints.add(endpoint);
  }

  carry(message: InvalidationMessage): void {
    for (const endpoint of this.#endpoints) endpoint.hear(structuredClone(message));
  }

  /** Somebody says what is no message. */
  carryNoise(): void {
    for (const endpoint of this.#endpoints) endpoint.hearNoise();
  }
}
