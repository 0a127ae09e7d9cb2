import { logOnce } from '../../domain/shared/log-once';
import type { MetricsSource } from '../../ports/metrics-observer';

/** The caches that one pipeline exports: each has some hundred series, and twenty more for each histogram. */
const maxCaches = 100;

const maxNameLength = 64;

/**
 * The values of the attribute `cache`: bounded in length and number, and unique, because two caches of one name would overwrite each other's
 * numbers.
 */
export class CacheNames {
  readonly #taken = new Set<string>();
  #logFull: ((message: string) => void) | undefined;

  /** `undefined` where all names are taken. */
  take({ cache, logger }: MetricsSource): string | undefined {
    if (this.#taken.size >= maxCaches) {
      this.#logFull ??= logOnce((message) => logger.warn(message));
      this.#logFull(`metrics: more than ${String(maxCaches)} caches; the others are not exported`);
      return undefined;
    }
    const wanted = cache.slice(0, maxNameLength);
    const name = this.#free(wanted);
    this.#taken.add(name);
    if (name !== wanted)
      logger.warn(`metrics: another cache is named '${wanted}'; this one is exported as '${name}'. Give each its own namespace`);
    return name;
  }

  release(name: string): void {
    this.#taken.delete(name);
  }

  #free(wanted: string): string {
    if (!this.#taken.has(wanted)) return wanted;
    let number = 2;
    while (this.#taken.has(`${wanted}#${String(number)}`)) number++;
    return `${wanted}#${String(number)}`;
  }
}
