/** The messages that a process has received from the other one, at one moment. */
export interface Hearing {
  /** The number of the other's last message that the cache was given. */
  readonly heard: number;
  /** The last gap that the cache was notified of, on the clock that all processes share. */
  readonly gapAt: number;
}

export interface Load {
  readonly version: number;
  /** By the moment when the cache was given the value. */
  readonly knew: Hearing;
  /** Whether the cache could send it to L2. */
  readonly sent: boolean;
}

/** Facts of an instance, in a header of every response: about its end of the bus and of L2, and none about its values. */
export interface Testimony {
  /** By the moment when the request arrived. */
  readonly knew: Hearing;
  /** There if the loader ran for this request. */
  readonly loaded?: Load;
  /** Whether the key became pending meanwhile and still may be: L2 may have applied the sent command, or may do so later. */
  readonly unsure: boolean;
  /** The number of messages that it had published at the moment of the answer. The next message has the rest. */
  readonly said: number;
  /** Whether nothing was pending at that moment. */
  readonly settled: boolean;
  /** Whether L2 and the subscription were up, too. */
  readonly well: boolean;
}

export const testimonyHeader = 'x-testimony';
