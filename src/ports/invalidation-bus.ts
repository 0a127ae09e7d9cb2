import type { HealthProbe } from './health-probe';

/** Notifies the other processes of keys to drop from L1. Never carries a value. */
export interface InvalidationMessage {
  readonly version: number;
  /** The sender: unique per process and cache. */
  readonly node: string;
  /** Counts the node's messages from 1 without gaps, so that a receiver notices a lost one. */
  readonly sequence: number;
  readonly namespace: string;
  readonly keys: readonly string[] | 'everything';
  /** `true` if a stale load was removed from L2, and no value has changed. Receivers drop the keys, and do not repair them again. */
  readonly isRepair?: boolean;
  /** Of a message about tags: `keys` are their names, and their entries were removed, or are stale from now on. */
  readonly tags?: 'removed' | 'expired';
}

/** Carries messages from each process to all others. It may lose, repeat and reorder them; receivers handle all three. */
export interface InvalidationBus {
  /** Health of the subscription: whether messages of others arrive here. Says nothing about {@link publish}. */
  readonly probe: HealthProbe;
  /** Longest time between the loss of the subscription and `down`, in milliseconds: a connection can be lost without an event. */
  readonly noticesWithinMs: number;
  /** Rejects when the message may not have been sent. */
  publish(message: InvalidationMessage): Promise<void>;
  /**
   * Resolves in bounded time, also while there is no connection: the probe is then `down`, and the bus keeps trying to connect.
   * @param onMessage - called for everything that has the shape of a message, of any version
   * @param onGap - called when messages may have been lost, and for text that is not a message: no earlier knowledge can be trusted
   * @returns a function that ends the subscription
   */
  subscribe(onMessage: (message: InvalidationMessage) => void, onGap: () => void): Promise<() => Promise<void>>;
}
