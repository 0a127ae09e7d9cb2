import type { SanitizedKey } from '../../ports/sanitized-key';
import { durationNames } from '../../ports/cache-stats';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { CacheEvent, MetricsSink, PayloadRejection, StaleReason, Tier } from '../../ports/metrics-sink';
import { CacheError } from '../cache-error';
import type { Rejected } from '../entry/payload-check';
import type { CacheEmitter, CacheEvents, WriteOutcome } from './cache-events';
import { Counts } from './counts';
import { Durations } from './durations';

const localHit: CacheEvent = Object.freeze({ name: 'hit', tier: 'l1' });

const remoteHit: CacheEvent = Object.freeze({ name: 'hit', tier: 'l2' });

const miss: CacheEvent = Object.freeze({ name: 'miss' });

const join: CacheEvent = Object.freeze({ name: 'join' });

/** One hit of layer 1 in so many is timed: to look at the clock costs about as much as a hit. */
const sampled = 64;

/** What {@link Reporter.begin} says of a hit that is not timed. */
const untimed = -1;

/** Counts and tells what happens in one namespace: to the metrics sink always, to listeners where there are any, to the log where a person should know. */
export class Reporter {
  readonly counts = new Counts();
  readonly durations = new Durations(durationNames);
  // One field away, for the hits of layer 1.
  readonly #counts = this.counts;
  readonly #metrics: MetricsSink;
  readonly #emitter: CacheEmitter;
  readonly #logger: Logger;
  readonly #clock: Clock;
  /** The count of hits when one was last timed. */
  #timedHits = 0;
  readonly #said = new Set<PayloadRejection>();

  constructor(metrics: MetricsSink, emitter: CacheEmitter, logger: Logger, clock: Clock) {
    this.#metrics = metrics;
    this.#emitter = emitter;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** To be asked where a read begins that may be a hit of layer 1; {@link localHit} is told the answer. */
  begin(): number {
    return this.#counts.localHits - this.#timedHits >= sampled - 1 ? this.#clock.precise() : untimed;
  }

  localHit(key: SanitizedKey, began: number): void {
    this.#counts.localHits++;
    if (began !== untimed) this.#timed(began);
    this.#metrics.record(localHit);
    if (this.#emitter.has('hit')) this.#emitter.emit('hit', { key, tier: 'l1' });
  }

  remoteHit(key: SanitizedKey): void {
    this.#counts.remoteHits++;
    this.#metrics.record(remoteHit);
    if (this.#emitter.has('hit')) this.#emitter.emit('hit', { key, tier: 'l2' });
  }

  hit(key: SanitizedKey, tier: Tier): void {
    if (tier === 'l1') this.localHit(key, untimed);
    else this.remoteHit(key);
  }

  miss(key: SanitizedKey): void {
    this.#counts.misses++;
    this.#metrics.record(miss);
    if (this.#emitter.has('miss')) this.#emitter.emit('miss', { key });
  }

  /** @param ageMs - since it expired */
  stale(key: SanitizedKey, reason: StaleReason, ageMs: number): void {
    this.#counts.stale[reason]++;
    this.durations.add(staleDurations[reason], ageMs);
    this.#metrics.record({ name: 'stale', reason, ageMs });
    if (this.#emitter.has('stale')) this.#emitter.emit('stale', { key });
  }

  set(key: SanitizedKey, outcome: WriteOutcome): void {
    this.#counts.set[outcome]++;
    this.#metrics.record({ name: 'write', operation: 'set', outcome });
    if (this.#emitter.has('set')) this.#emitter.emit('set', { key, outcome });
  }

  deleted(key: SanitizedKey, outcome: WriteOutcome): void {
    this.#counts.delete[outcome]++;
    this.#metrics.record({ name: 'write', operation: 'delete', outcome });
    if (this.#emitter.has('del')) this.#emitter.emit('del', { key, outcome });
  }

  cleared(outcome: WriteOutcome): void {
    this.#counts.clear[outcome]++;
    this.#metrics.record({ name: 'write', operation: 'clear', outcome });
    if (this.#emitter.has('clear')) this.#emitter.emit('clear', { outcome });
  }

  pending(key: CacheEvents['pending']['key']): void {
    if (this.#emitter.has('pending')) this.#emitter.emit('pending', { key });
  }

  loaded(event: CacheEvents['load']): void {
    this.#counts.loads[event.outcome]++;
    this.durations.add(loadDurations[event.outcome], event.durationMs);
    this.#metrics.record({ name: 'load', outcome: event.outcome, durationMs: event.durationMs });
    if (this.#emitter.has('load')) this.#emitter.emit('load', event);
  }

  refreshed(key: SanitizedKey, outcome: 'done' | 'failed'): void {
    this.#counts.refreshes[outcome]++;
    this.#metrics.record({ name: 'refresh', outcome });
    if (this.#emitter.has('refresh')) this.#emitter.emit('refresh', { key, outcome });
  }

  evicted(count: number): void {
    this.#counts.evicted += count;
    this.#metrics.record({ name: 'evict', count });
    if (this.#emitter.has('evict')) this.#emitter.emit('evict', { count });
  }

  /** By a call or by another process, not by time. */
  invalidated(count: number): void {
    if (count === 0) return;
    this.#counts.invalidated += count;
    this.#metrics.record({ name: 'invalidate', count });
  }

  coalesced(): void {
    this.#counts.coalesced++;
    this.#metrics.record(join);
  }

  /** @param length - in UTF-16 units; to count bytes would mean to look at each */
  payload(direction: 'read' | 'written', length: number): void {
    this.#counts.payloadBytes[direction] += length;
    this.#metrics.record({ name: 'payload', direction, bytes: length });
  }

  /**
   * @param began - by the clock's `precise`
   * @param weight - for how many it was timed
   */
  recordDuration(name: OperationName, began: number, weight = 1): void {
    this.durations.add(name, this.#clock.precise() - began, weight);
  }

  /** A loader that failed where nobody waited for it. */
  backgroundFailure(key: SanitizedKey, error: unknown): void {
    this.#logger.debug(`refreshing '${key}' in the background failed`);
    if (this.#emitter.has('error')) this.#emitter.emit('error', { error, key });
  }

  /** What layer 2 holds cannot be used. */
  rejected(key: SanitizedKey, { rejected: reason, cause }: Rejected): void {
    this.#reject(reason);
    this.#logger.debug(`what layer 2 holds for '${key}' was not used: ${reason}`);
    if (reason === 'tampered') this.#warnOnce(reason, 'somebody else writes to layer 2');
    if (cause !== undefined) this.#warnOnce(reason, cause.message);
    this.#fail(key, reason, cause);
  }

  /** A value stays in layer 1 alone. Logged once per reason: such a value comes back with every call of the same code. */
  unsent(key: SanitizedKey, { rejected: reason, cause }: Rejected): void {
    this.#reject(reason);
    const isNew = this.#warnOnce(reason, cause === undefined ? 'it stays in layer 1' : `it stays in layer 1: ${cause.code}`);
    if (isNew || reason !== 'unencodable') this.#fail(key, reason, cause);
  }

  #warnOnce(reason: PayloadRejection, consequence: string): boolean {
    if (this.#said.has(reason)) return false;
    this.#said.add(reason);
    this.#logger.warn(`${rejectionText[reason]}; ${consequence} (logged once)`);
    return true;
  }

  /** It stands for all hits since the last that was timed. */
  #timed(began: number): void {
    const { localHits } = this.#counts;
    this.durations.add('l1Get', this.#clock.precise() - began, localHits - this.#timedHits);
    this.#timedHits = localHits;
  }

  #reject(reason: PayloadRejection): void {
    this.#counts.rejected[reason]++;
    this.#metrics.record({ name: 'reject', reason });
  }

  #fail(key: SanitizedKey, reason: PayloadRejection, cause?: CacheError): void {
    if (this.#emitter.has('error')) this.#emitter.emit('error', { error: rejection(reason, cause), key });
  }
}

/** What one operation takes in one tier. Hits of layer 1 are timed where they happen. */
type OperationName = Exclude<Extract<(typeof durationNames)[number], `l1${string}` | `l2${string}`>, 'l1Get'>;

const loadDurations = { stored: 'loadStored', fenced: 'loadFenced', skipped: 'loadSkipped', failed: 'loadFailed' } as const;

const staleDurations = { revalidate: 'staleRevalidate', error: 'staleError', unreachable: 'staleUnreachable' } as const;

const rejectionText: Readonly<Record<PayloadRejection, string>> = {
  version: 'a payload of another wire version was not used',
  malformed: 'a damaged or foreign payload was not used',
  sealed: 'a payload was not opened: it was sealed, or was not, against expectation, or the cipher refused it',
  tampered: 'a payload was not opened: it was changed, or moved from another key',
  unknown_key: 'a payload was not opened: it was sealed under an unknown key',
  schema: 'a value did not fit its schema, or the schema threw or was asynchronous',
  oversized: 'a payload was larger than maxPayloadBytes',
  unsealed: 'a value could not be sealed, and so did not go to layer 2',
  unencodable:
    'a value cannot go to layer 2, because it would come back changed: a function, a cycle, an instance of a class, or a Set of more than 5 000 numbers; return plain data instead',
};

function rejection(reason: PayloadRejection, cause: CacheError | undefined): CacheError {
  return new CacheError('CACHE_PAYLOAD_REJECTED', rejectionText[reason], { reason, ...(cause === undefined ? {} : { cause }) });
}
