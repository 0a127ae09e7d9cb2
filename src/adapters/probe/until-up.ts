import { scheduleLoopTime } from '../../domain/shared/deadline';
import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';

export interface UntilUpLimits {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Ends the wait, too: a probe that is stopped does not come up. */
  readonly signal: AbortSignal;
}

/** Resolves when the probe is up, after the limit, or when the signal is aborted, whichever comes first. Never rejects. */
export function untilUp(probe: HealthProbe, { clock, limitMs, signal }: UntilUpLimits): Promise<void> {
  if (probe.health === 'up' || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      unlisten();
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const unlisten = probe.onChange(end);
    const cancel = scheduleLoopTime(limitMs, clock, end);
    signal.addEventListener('abort', end);
  });
}
