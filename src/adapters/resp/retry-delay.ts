import { backoffMs } from '../../domain/shared/backoff';

/**
 * Milliseconds before an attempt to connect, with jitter. It never gives up.
 * @param attempt - counted from 1
 */
export function retryDelayMs(attempt: number): number {
  return Math.round((backoffMs(attempt, 50, 2_000) * (1 + Math.random())) / 2);
}
