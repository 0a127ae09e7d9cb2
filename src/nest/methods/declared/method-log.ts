import { Logger } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';

const log = new Logger('Cacheable');

/** What a decorated method has to say. Names and codes: neither keys nor values. */
export function warn(method: string, message: string): void {
  log.warn(`${method}: ${message}`);
}

/** @param attempt - what did not succeed */
export function warnOfFailure(method: string, attempt: string, error: unknown): void {
  const reason = error instanceof CacheError ? error.code : error instanceof Error ? error.name : typeof error;
  warn(method, `${attempt} failed (${reason}); the result is given all the same`);
}

/** For what would be said again and again: once for each method. */
export function onceForEach<M extends object>(say: (method: M) => void): (method: M) => void {
  const said = new WeakSet<M>();
  return (method) => {
    if (said.has(method)) return;
    said.add(method);
    say(method);
  };
}
