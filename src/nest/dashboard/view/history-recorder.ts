import type { Cache } from '../../../domain/cache';
import type { CacheStats } from '../../../ports/cache-stats';
import type { Clock } from '../../../ports/clock';
import { TierHistory, type TierPeriod, TrafficHistory, type TrafficSample } from './histories';

const everyMs = 5_000;

/** Bounds the memory of an application that makes a namespace for each user. */
const maxNamespaces = 100;

/** Records the recent history of caches for the live view: reads the counters every 5 seconds, and listens to L2. */
export class HistoryRecorder {
  readonly #clock: Clock;
  readonly #traffic = new Map<Cache, TrafficHistory>();
  /** By the outermost namespace: all below it share L2. */
  readonly #tiers = new Map<Cache, TierHistory>();
  #stops: readonly (() => void)[] = [];
  #cancel: (() => void) | undefined;
  #readAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param caches - outermost namespaces; inner namespaces are found through them. Call it once. */
  start(caches: readonly Cache[]): void {
    this.#readAt = this.#clock.elapsed();
    for (const namespace of caches.flatMap(namespacesOf).slice(0, maxNamespaces)) this.#begin(namespace, statsOf(namespace));
    this.#stops = caches.flatMap((cache) => this.#listen(cache));
    this.#schedule(caches);
  }

  stop(): void {
    this.#cancel?.();
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Milliseconds since the Unix epoch. */
  now(): number {
    return this.#clock.now();
  }

  /** The oldest first; `undefined` for a namespace beyond the bound, and for one that was made since the last reading. */
  trafficOf(namespace: Cache): readonly TrafficSample[] | undefined {
    return this.#traffic.get(namespace)?.samples(this.#clock.elapsed());
  }

  /** The newest first. */
  l2PeriodsOf(cache: Cache): readonly TierPeriod[] {
    return this.#tiers.get(cache)?.periods(this.#clock.elapsed()) ?? [];
  }

  #schedule(caches: readonly Cache[]): void {
    this.#cancel = this.#clock.schedule(everyMs, () => {
      this.#read(caches);
      this.#schedule(caches);
    });
  }

  #read(caches: readonly Cache[]): void {
    const at = this.#clock.elapsed();
    for (const namespace of caches.flatMap(namespacesOf)) {
      // The counters of a new namespace began after the last reading.
      const history = this.#traffic.get(namespace) ?? this.#begin(namespace);
      if (history === undefined) continue;
      const stats = statsOf(namespace);
      if (stats !== undefined) history.record(stats, at);
    }
    this.#readAt = at;
  }

  #begin(namespace: Cache, stats?: CacheStats): TrafficHistory | undefined {
    if (this.#traffic.size >= maxNamespaces) return undefined;
    const history = new TrafficHistory(this.#readAt, stats);
    this.#traffic.set(namespace, history);
    return history;
  }

  #listen(cache: Cache): readonly (() => void)[] {
    const { l2 } = cache.health();
    if (l2 === undefined) return [];
    const history = new TierHistory();
    const agoMs = Math.max(0, this.#clock.now() - l2.since);
    history.record(l2.state, this.#clock.elapsed() - agoMs, l2.state === 'down' ? l2.reason : undefined);
    this.#tiers.set(cache, history);
    return [
      cache.on('down', ({ reason }) => {
        history.record('down', this.#clock.elapsed(), reason);
      }),
      cache.on('recovering', () => {
        history.record('recovering', this.#clock.elapsed());
      }),
      cache.on('up', () => {
        history.record('up', this.#clock.elapsed());
      }),
    ];
  }
}

function namespacesOf(cache: Cache): readonly Cache[] {
  return cache.namespaces();
}

/** A cache that cannot be read is left out. */
function statsOf(namespace: Cache): CacheStats | undefined {
  try {
    return namespace.stats();
  } catch {
    return undefined;
  }
}
