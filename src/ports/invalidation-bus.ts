import type { HealthProbe } from './health-probe';

/** Tells the other processes which keys to drop. Never carries a value. */
export interface InvalidationMessage {
  readonly version: number;
  /** Who sent it: unique per process and cache. */
  readonly node: string;
  /** Counts the node's messages from 1 and without holes, so that a receiver notices a lost one. */
  readonly sequence: number;
  readonly namespace: string;
  readonly keys: readonly string[] | 'everything';
  /** `true` where nothing was changed, but an older value taken back that had slipped in. It is obeyed like any other, and answered by nobody. */
  readonly isRepair?: boolean;
}

/** Carries messages from each process to all others. It may lose, repeat and reorder them: receivers know how to live with it. */
export interface InvalidationBus {
  /** Whether what others publish arrives here: of the subscription, and not of {@link publish}. */
  readonly probe: HealthProbe;
  /** How long the subscription may have been dead when the probe says `down`, in milliseconds: a connection can die without a word. */
  readonly noticesWithinMs: number;
  /** Rejects when the message may not have been sent. */
  publish(message: InvalidationMessage): Promise<void>;
  /**
   * Resolves in bounded time, also while there is no connection: the probe then says `down`, and the bus goes on trying by itself.
   * @param onMessage - told everything that has the shape of a message, of whatever version
   * @param onGap - told after each time when messages may have been lost, and for what is no message: nothing known before can be trusted
   * @returns the function that ends the subscription
   */
  subscribe(onMessage: (message: InvalidationMessage) => void, onGap: () => void): Promise<() => Promise<void>>;
}
