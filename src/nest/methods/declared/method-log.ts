import { Logger } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';
import { logOnce } from '../../../domain/shared/log-once';

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

/** Without `CacheableModule` nothing looks for decorated methods at the start, so the first call logs that no cache is registered. */
export class MissingCacheWarning {
  readonly #warnOnce = logOnce((message) => {
    warn('@Cacheable', message);
  });
  #isRegistered = false;

  /** Called for each cache of a Nest application. */
  cacheRegistered(): void {
    this.#isRegistered = true;
  }

  /** @param method - one that runs without a cache */
  log(method: string): void {
    if (this.#isRegistered) return;
    const remedy = 'Import CacheableModule.register({ isGlobal: true })';
    this.#warnOnce(`${method} and all other decorated methods run uncached: no cache is registered. ${remedy}`);
  }
}

/** That of this process. */
export const missingCache = new MissingCacheWarning();
