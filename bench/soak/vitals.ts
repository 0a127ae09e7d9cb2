/** Numbers of a process that grow with a leak. */
export interface Vitals {
  /** After a collection of garbage. */
  readonly heapBytes: number;
  /** Sockets, timers and requests under way, without the connections over which the instance is asked. */
  readonly handles: number;
}
