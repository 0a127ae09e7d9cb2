import { Logger } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';

const log = new Logger('Cacheable');

/** Logs a warning about a decorated method. The message has names and codes, and neither keys nor values. */
export function warn(method: string, message: string): void {
  log.warn(`${method}: ${message}`);
}

/** @param attempt - the step that failed */
export function warnOfFailure(method: string, attempt: string, error: unknown): void {
  const reason = error instanceof CacheError ? error.code : error instanceof Error ? error.name : typeof error;
  warn(method, `${attempt} failed (${reason}); the result is returned all the same`);
}

/** Limits a warning to once for each method. */
export function onceForEach<M extends object>(log: (method: M) => void): (method: M) => void {
  const warned = new WeakSet<M>();
  return (method) => {
    if (warned.has(method)) return;
    warned.add(method);
    log(method);
  };
}
