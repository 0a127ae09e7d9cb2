/** The messages that a process has received from the other one, at one moment. */
export interface Received {
  /** The number of the other's last message that the cache was given. */
  readonly lastMessage: number;
  /** The last gap that the cache was notified of, on the clock that all processes share. */
  readonly gapAt: number;
}

export interface Load {
  readonly version: number;
  /** When the cache was given the value. */
  readonly received: Received;
  /** Whether the cache could send it to L2. */
  readonly sent: boolean;
}

/** Facts of an instance, in a header of every response: about the bus and L2 as it sees them, and none about its values. */
export interface InstanceFacts {
  /** When the request arrived. */
  readonly received: Received;
  /** There if the loader ran for this request. */
  readonly loaded?: Load;
  /** Whether the key became pending meanwhile and still may be: L2 may have applied the sent command, or may do so later. */
  readonly fateUnknown: boolean;
  /** Of a `set`: whether L2 did not take the value, as far as the cache knows. */
  readonly isOwed?: boolean;
  /** The number of messages that it had published at the moment of the answer: with that of a change that is done. */
  readonly published: number;
  /** Whether nothing was pending at that moment. */
  readonly nothingPending: boolean;
  /** Whether L2 and the subscription were up, too. */
  readonly isWell: boolean;
}

export const factsHeader = 'x-instance-facts';
