/** All in milliseconds. */
export interface ProbeSettings {
  /** Between an answered PING and the next one. */
  readonly pingIntervalMs: number;
  /** A PING that is not answered within this loop time means down. */
  readonly pingDeadlineMs: number;
  /** Between a refused PING and the next one. Shorter than the interval, so that a recovery is noticed soon. */
  readonly retryMs: number;
  /** Between an overdue PING and the next one, unless its late answer comes first: some clients never settle a promise. */
  readonly overdueRetryMs: number;
  /** After an outage the connection must hold this long before it counts as up; doubled with every relapse, up to the maximum. */
  readonly holdMs: number;
  readonly maxHoldMs: number;
  /** Once it was up this long, earlier outages no longer count. */
  readonly quietMs: number;
}

export const defaultProbeSettings: ProbeSettings = {
  pingIntervalMs: 5_000,
  pingDeadlineMs: 1_000,
  retryMs: 1_000,
  overdueRetryMs: 30_000,
  holdMs: 250,
  maxHoldMs: 5_000,
  quietMs: 60_000,
};
