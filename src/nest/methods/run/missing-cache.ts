import { logOnce } from '../../../domain/shared/log-once';
import { warn } from '../declared/method-log';

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
