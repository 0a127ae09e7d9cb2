import type { MetricsSource } from '../../ports/metrics-observer';

/** Caches that one pipeline exports: each makes some hundred series, and twenty more for each histogram. */
const mostCaches = 100;

const longestName = 64;

/**
 * The values of the attribute `cache`: bounded in length and number, and no two caches have the same, or one would overwrite the other's
 * numbers.
 */
export class CacheNames {
  readonly #taken = new Set<string>();
  #saidFull = false;

  /** `undefined` where there is no name left. */
  take({ cache, logger }: MetricsSource): string | undefined {
    if (this.#taken.size >= mostCaches) {
      if (!this.#saidFull) logger.warn(`metrics: more than ${String(mostCaches)} caches; the others are not exported (logged once)`);
      this.#saidFull = true;
      return undefined;
    }
    const wanted = cache.slice(0, longestName);
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
