const firstRetryMs = 50;
const longestRetryMs = 2_000;

/**
 * Milliseconds before an attempt to connect: exponential, with a maximum and jitter. It never gives up.
 * @param attempt - counted from 1
 */
export function retryDelayMs(attempt: number): number {
  const delayMs = Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs);
  return Math.round((delayMs * (1 + Math.random())) / 2);
}
