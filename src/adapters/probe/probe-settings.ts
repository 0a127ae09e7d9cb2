/** All in milliseconds. */
export interface ProbeSettings {
  /** Between an answered PING and the next one. */
  readonly pingIntervalMs: number;
  /** A PING without an answer for so long means down. */
  readonly pingDeadlineMs: number;
  /** Between a refused PING and the next one: shorter than the interval, because somebody waits for the recovery. */
  readonly retryMs: number;
  /** An overdue PING is waited for so long before another is sent: clients exist that never settle a promise. */
  readonly abandonMs: number;
  /** After a fall, up must hold for so long; doubled with every relapse, up to the maximum. */
  readonly settleMs: number;
  readonly maxSettleMs: number;
  /** Up for so long without a fall: the past is forgotten. */
  readonly quietMs: number;
}

export const defaultProbeSettings: ProbeSettings = {
  pingIntervalMs: 5_000,
  pingDeadlineMs: 1_000,
  retryMs: 1_000,
  abandonMs: 30_000,
  settleMs: 250,
  maxSettleMs: 5_000,
  quietMs: 60_000,
};
