import type { InvalidationMessage } from '../ports/invalidation-bus';

/** A bus on a medium. */
export interface Endpoint {
  receive(message: InvalidationMessage): void;
  /** Text that is not a message has arrived. */
  receiveNoise(): void;
}

/** Carries messages between buses of this process: each gets a copy, the sender included. */
export class FakeMedium {
  readonly #endpoints = new Set<Endpoint>();

  attach(endpoint: Endpoint): void {
    this.#endpoints.add(endpoint);
  }

  carry(message: InvalidationMessage): void {
    for (const endpoint of this.#endpoints) endpoint.receive(structuredClone(message));
  }

  /** Delivers text that is not a message. */
  carryNoise(): void {
    for (const endpoint of this.#endpoints) endpoint.receiveNoise();
  }
}
