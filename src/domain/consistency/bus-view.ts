/** Without a bus nobody can tell this process about a delete elsewhere, so layer 1 asks layer 2 again after this long. */
export const ttlWithoutBusMs = 30_000;

/** How far layer 1 may be trusted at this moment. */
export interface BusView {
  /** How long this process may go without asking layer 2 again. */
  readonly l1TtlMs: number;
  /** Counts the times when all that layer 1 held came into doubt: what was placed in an earlier era is not trusted. */
  readonly epoch: number;
}
