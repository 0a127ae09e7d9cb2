import { CacheError } from '../../domain/errors/cache-error';
import { failureReason } from './failure-reason';
import { replyMeaning } from './reply-meaning';

/** @param driver - the name of the driver, which begins the message */
export function readFailure(driver: string, error: unknown): CacheError {
  return error instanceof CacheError ? error : unavailable(driver, error);
}

/** A server that is there and does not take the write is `CACHE_WRITE_REFUSED`, everything else `CACHE_TIER_UNAVAILABLE`. */
export function writeFailure(driver: string, error: unknown): CacheError {
  if (error instanceof CacheError) return error;
  const meaning = replyMeaning(error);
  const refused = meaning === 'refuses writes' || meaning === 'refuses the command';
  return refused
    ? new CacheError('CACHE_WRITE_REFUSED', `${driver}: the server refused the write (${failureReason(error)})`)
    : unavailable(driver, error);
}

function unavailable(driver: string, error: unknown): CacheError {
  return new CacheError('CACHE_TIER_UNAVAILABLE', `${driver}: no answer from the server (${failureReason(error)})`, cause(error));
}

/** Clients attach the command with its arguments, so the value and the password in clear, to what a server replied. Only system errors are safe. */
function cause(error: unknown): { readonly cause: unknown } | undefined {
  return error instanceof Error && 'syscall' in error && !('command' in error) ? { cause: error } : undefined;
}
