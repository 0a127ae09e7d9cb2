import type { Cancel, Clock } from '../../ports/clock';
import type { Flight, FlightWaiter } from './flight';
import type { ReadResult } from './read-result';

/** The longest waits of one caller for a flight, in milliseconds; `Infinity` for no limit. */
export interface CallTimeouts {
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface Fallbacks {
  /** A stale value to answer with after a timeout; `undefined` if there is none (yet). */
  readonly stale: () => ReadResult | undefined;
  /** Called when the hard timeout fires, before the caller leaves. */
  readonly onHardTimeout: () => Error;
  /** Makes the error of a caller that leaves because the flight is shared no longer; `undefined` for a caller that waits on. */
  readonly onGivenUp?: () => Error;
}

export function isEndless({ softTimeoutMs, hardTimeoutMs, signal }: CallTimeouts): boolean {
  return softTimeoutMs === Infinity && hardTimeoutMs === Infinity && signal === undefined;
}

/**
 * Waits for a flight within the timeouts of one caller. A caller that stops waiting does not end the flight, and the flight keeps no reference to it.
 *
 * After the soft timeout a stale value is the answer as soon as one is known, which may be later: L2 may answer after the timeout.
 */
export async function waitFor(flight: Flight, timeouts: CallTimeouts, fallbacks: Fallbacks, clock: Clock): Promise<ReadResult> {
  const { signal, softTimeoutMs, hardTimeoutMs } = timeouts;
  const cleanUp: Cancel[] = [];
  try {
    return await new Promise<ReadResult>((resolve, reject) => {
      let isLate = false;
      const answerStale = (): boolean => {
        const stale = fallbacks.stale();
        if (stale !== undefined) resolve(stale);
        return stale !== undefined;
      };
      const waiter: FlightWaiter = {
        onResult: resolve,
        onError: reject,
        onOlder: () => {
          if (isLate) answerStale();
        },
        onGivenUp: () => {
          const error = fallbacks.onGivenUp?.();
          if (error !== undefined) reject(error);
        },
      };
      const onSoftTimeout = (): void => {
        isLate = true;
        answerStale();
      };
      const onHardTimeout = (): void => {
        const isAnswered = answerStale();
        const error = fallbacks.onHardTimeout();
        if (!isAnswered) reject(error);
      };
      const abort = (): void => reject(signal?.reason as Error);
      cleanUp.push(flight.wait(waiter));
      signal?.addEventListener('abort', abort);
      cleanUp.push(() => signal?.removeEventListener('abort', abort));
      if (softTimeoutMs !== Infinity) cleanUp.push(clock.schedule(softTimeoutMs, onSoftTimeout));
      if (hardTimeoutMs !== Infinity) cleanUp.push(clock.schedule(hardTimeoutMs, onHardTimeout));
    });
  } finally {
    for (const end of cleanUp) end();
  }
}
