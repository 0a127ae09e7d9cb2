/** Tells the other processes which keys to drop. Never carries a value. */
export interface InvalidationMessage {
  readonly version: number;
  /** Who sent it: unique per process and cache. */
  readonly node: string;
  /** Counts the node's messages without holes, so that a receiver notices a lost one. */
  readonly sequence: number;
  readonly namespace: string;
  readonly keys: readonly string[] | 'everything';
}

export interface InvalidationBus {
  publish(message: InvalidationMessage): Promise<void>;
  /**
   * @param onGap - messages may have been lost: nothing that was known before can be trusted
   * @returns the function that ends the subscription
   */
  subscribe(onMessage: (message: InvalidationMessage) => void, onGap: () => void): Promise<() => Promise<void>>;
}
