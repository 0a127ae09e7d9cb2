import type { Logger } from '../../ports/logger';
import type { MetricsObserver, MetricsSource, DurationListener } from '../../ports/metrics-observer';
import type { Reporter } from '../events/reporter';
import { logOnce } from '../shared/log-once';
import { type StatsParts, readStats } from './read-stats';

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
    return this.#try(() => observer.observe(source)) ?? (() => undefined);
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

interface SourceParts extends Omit<StatsParts, 'counts' | 'durations'> {
  readonly reporter: Reporter;
  readonly logger: Logger;
  readonly reportsL2: boolean;
}

/** The numbers of one namespace, for a metrics observer. */
export function metricsSource(cache: string, { reporter, logger, reportsL2, ...parts }: SourceParts): MetricsSource {
  const { counts, durations } = reporter;
  return {
    cache,
    reportsL2,
    logger,
    stats: () => readStats({ ...parts, counts, durations }),
    onDuration: (listener) => {
      const guarded = once(listener, logger);
      const stops = [durations.onAdd(guarded), reportsL2 ? parts.remote.numbers?.durations.onAdd(guarded) : undefined];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
  };
}

/** An error of a listener would reach the reader of a cache. It is logged once, and the listener is not called again. */
function once(listener: DurationListener, logger: Logger): DurationListener {
  let broken = false;
  return (name, ms) => {
    if (broken) return;
    try {
      listener(name, ms);
    } catch {
      broken = true;
      logger.error('the listener for durations threw, and is removed');
    }
  };
}
