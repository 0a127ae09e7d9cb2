import type { CacheKey } from '../ports/cache-key';
import type { Logger } from '../ports/logger';
import type { CacheEvent, MetricsSink, PayloadRejection, Tier } from '../ports/metrics-sink';
import type { CacheEmitter, CacheEvents, WriteOutcome } from './cache-events';
import { CacheError } from './errors/cache-error';

const localHit: CacheEvent = Object.freeze({ name: 'hit', tier: 'l1' });
const remoteHit: CacheEvent = Object.freeze({ name: 'hit', tier: 'l2' });
const miss: CacheEvent = Object.freeze({ name: 'miss' });
const stale: CacheEvent = Object.freeze({ name: 'stale' });

/** Tells what happens in one namespace: to the metrics sink always, to listeners where there are any, to the log where a person should know. */
export class Reporter {
  readonly #metrics: MetricsSink;
  readonly #emitter: CacheEmitter;
  readonly #logger: Logger;
  #saidUnencodable = false;

  constructor(metrics: MetricsSink, emitter: CacheEmitter, logger: Logger) {
    this.#metrics = metrics;
    this.#emitter = emitter;
    this.#logger = logger;
  }

  hit(key: CacheKey, tier: Tier): void {
    this.#metrics.record(tier === 'l1' ? localHit : remoteHit);
    if (this.#emitter.has('hit')) this.#emitter.emit('hit', { key, tier });
  }

  miss(key: CacheKey): void {
    this.#metrics.record(miss);
    if (this.#emitter.has('miss')) this.#emitter.emit('miss', { key });
  }

  stale(key: CacheKey): void {
    this.#metrics.record(stale);
    if (this.#emitter.has('stale')) this.#emitter.emit('stale', { key });
  }

  set(key: CacheKey, outcome: WriteOutcome): void {
    this.#metrics.record({ name: 'write', operation: 'set', outcome });
    if (this.#emitter.has('set')) this.#emitter.emit('set', { key, outcome });
  }

  deleted(key: CacheKey, outcome: WriteOutcome): void {
    this.#metrics.record({ name: 'write', operation: 'delete', outcome });
    if (this.#emitter.has('del')) this.#emitter.emit('del', { key, outcome });
  }

  cleared(outcome: WriteOutcome): void {
    this.#metrics.record({ name: 'write', operation: 'clear', outcome });
    if (this.#emitter.has('clear')) this.#emitter.emit('clear', { outcome });
  }

  pending(key: CacheEvents['pending']['key']): void {
    if (this.#emitter.has('pending')) this.#emitter.emit('pending', { key });
  }

  loaded(event: CacheEvents['load']): void {
    this.#metrics.record({ name: 'load', outcome: event.outcome, durationMs: event.durationMs });
    if (this.#emitter.has('load')) this.#emitter.emit('load', event);
  }

  refreshed(key: CacheKey, outcome: 'done' | 'failed'): void {
    this.#metrics.record({ name: 'refresh', outcome });
    if (this.#emitter.has('refresh')) this.#emitter.emit('refresh', { key, outcome });
  }

  evicted(count: number): void {
    this.#metrics.record({ name: 'evict', count });
    if (this.#emitter.has('evict')) this.#emitter.emit('evict', { count });
  }

  /** A loader that failed where nobody waited for it. */
  backgroundFailure(key: CacheKey, error: unknown): void {
    this.#logger.debug(`refreshing '${key}' in the background failed`);
    if (this.#emitter.has('error')) this.#emitter.emit('error', { error, key });
  }

  rejected(key: CacheKey, reason: PayloadRejection): void {
    this.#metrics.record({ name: 'reject', reason });
    if (reason !== 'unencodable') this.#logger.debug(`what layer 2 holds for '${key}' was not used: ${reason}`);
    else if (!this.#saysUnencodable()) return;
    if (this.#emitter.has('error')) this.#emitter.emit('error', { error: rejection(reason), key });
  }

  /** Once per cache: such a value comes back with every call of the same code. */
  #saysUnencodable(): boolean {
    if (this.#saidUnencodable) return false;
    this.#saidUnencodable = true;
    this.#logger.warn(`${rejectionText.unencodable}; it stays in layer 1 (this is said once)`);
    return true;
  }
}

const rejectionText: Readonly<Record<PayloadRejection, string>> = {
  version: 'a payload of another wire version was not used',
  malformed: 'a damaged or foreign payload was not used',
  sealed: 'a payload could not be sealed or opened',
  unencodable:
    'a value cannot go to layer 2, because it would come back changed: a function, a cycle, or an instance of a class; return plain data instead',
};

function rejection(reason: PayloadRejection): CacheError {
  return new CacheError('CACHE_PAYLOAD_REJECTED', rejectionText[reason]);
}
