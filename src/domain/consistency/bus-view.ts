/** The ttl of L1 without a bus, because no process is notified of the deletes of others. Milliseconds. */
export const ttlWithoutBusMs = 30_000;

/** The state of the bus, as far as it concerns the entries of L1. */
export interface BusView {
  /** How long L1 may answer without asking L2: `Infinity` while the bus reports every change, or when there is no L2. */
  readonly l1TtlMs: number;
  /** Steps forward each time all entries of L1 came into doubt: an entry of an earlier epoch is validated in L2 before it is served. */
  readonly epoch: number;
}
