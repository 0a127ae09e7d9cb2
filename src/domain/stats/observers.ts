import type { Logger } from '../../ports/logger';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { logOnce } from '../shared/log-once';

type Release = () => void;

/** Gives every observer every namespace of a cache, in either order of their creation. */
export class Observers {
  readonly #logFailure: (message: string) => void;
  readonly #sources: MetricsSource[] = [];
  readonly #releases = new Map<MetricsObserver, Release[]>();
  #closed = false;

  constructor(logger: Logger) {
    this.#logFailure = logOnce((message) => logger.error(message));
  }

  add(source: MetricsSource): void {
    this.#sources.push(source);
    for (const [observer, releases] of this.#releases) releases.push(this.#show(source, observer));
  }

  /** An observer that throws does not reach the caller. Returns the function that ends it, which may be called twice. */
  observe(observer: MetricsObserver): Release {
    if (!this.#closed && !this.#releases.has(observer)) this.#releases.set(observer, this.#showAll(observer));
    return () => {
      this.#release(observer);
    };
  }

  close(): void {
    this.#closed = true;
    for (const observer of [...this.#releases.keys()]) this.#release(observer);
  }

  #release(observer: MetricsObserver): void {
    const releases = this.#releases.get(observer) ?? [];
    this.#releases.delete(observer);
    for (const release of releases) this.#try(release);
  }

  #showAll(observer: MetricsObserver): Release[] {
    return this.#sources.map((source) => this.#show(source, observer));
  }

  #show(source: MetricsSource, observer: MetricsObserver): Release {
    return this.#try(() => observer.observe(source)) ?? nothing;
  }

  #try<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch {
      this.#logFailure('a metrics observer threw: the metrics of this cache may be missing');
      return undefined;
    }
  }
}

function nothing(): void {
  // An observer that threw has nothing to release.
}
