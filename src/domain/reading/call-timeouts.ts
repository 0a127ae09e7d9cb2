import type { Cancel, Clock } from '../../ports/clock';

/** How long one caller waits, in milliseconds; `Infinity` for as long as it takes. */
interface TimeoutLimits {
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What a caller does who waits no longer. */
interface Fallbacks<T> {
  /** What to answer instead; `undefined` if there is nothing, and the wait goes on. */
  readonly fallback: () => T | undefined;
  readonly timeoutError: () => Error;
}

export function isEndless({ softTimeoutMs, hardTimeoutMs, signal }: TimeoutLimits): boolean {
  return softTimeoutMs === Infinity && hardTimeoutMs === Infinity && signal === undefined;
}

/**
 * The outcome of shared work, for a caller who does not wait for ever: who leaves, leaves alone. The work goes on, and its late rejection is
 * nobody's.
 */
export async function raceTimeouts<T>(work: Promise<T>, limits: TimeoutLimits, wayOut: Fallbacks<T>, clock: Clock): Promise<T> {
  const { signal, softTimeoutMs, hardTimeoutMs } = limits;
  const cleanUp: Cancel[] = [];
  try {
    return await new Promise<T>((resolve, reject) => {
      const leave = (otherwise: () => void): void => {
        const instead = wayOut.fallback();
        if (instead === undefined) otherwise();
        else resolve(instead);
      };
      const abort = (): void => {
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort);
      cleanUp.push(() => signal?.removeEventListener('abort', abort));
      if (softTimeoutMs !== Infinity) cleanUp.push(clock.schedule(softTimeoutMs, () => leave(keepWaiting)));
      if (hardTimeoutMs !== Infinity) cleanUp.push(clock.schedule(hardTimeoutMs, () => leave(() => reject(wayOut.timeoutError()))));
      work.then(resolve, reject);
    });
  } finally {
    for (const end of cleanUp) end();
  }
}

function keepWaiting(): void {
  // A soft timeout without anything to answer with is none.
}
