import type { Cancel, Clock } from '../../ports/clock';
import type { Store } from '../../ports/store';
import { hasCode } from '../cache-error';
import type { PendingBatch, PendingInvalidations } from '../consistency/pending-invalidations';
import { Backoff } from '../shared/backoff';

/** One namespace's part in recovery. */
export interface Backlog {
  readonly pending: PendingInvalidations;
  /** Deletes the batch in L2 and in L1. Rejects if L2 did not apply it. */
  delete(batch: PendingBatch, store: Store): Promise<void>;
  /** Ends the wait for a deletion of all keys, which L2 cannot make. */
  giveUpEverything(): void;
}

/** Keys per command: many enough to be quick, few enough not to hold up the server. */
const batchSize = 500;

const firstRetryMs = 1_000;

const longestRetryMs = 30_000;

/** A clear that fails so often on a server that answers never ends in time. */
const clearAttempts = 3;

/** What recovery knows about the driver. */
export interface RecoveryTerms {
  readonly isUp: () => boolean;
  /** The deadline of a clear. Milliseconds. */
  readonly clearMs: number;
  /** How long an entry lives if its call says nothing else, with its grace. Milliseconds. */
  readonly entryLifeMs: number;
}

/**
 * Deletes the pending keys from L2 after an outage. It never rewrites them: after an outage several processes may hold different values,
 * and only the source of truth knows the right one.
 */
export class Recovery {
  readonly #backlogs = new Set<Backlog>();
  readonly #clock: Clock;
  readonly #attempt: () => void;
  #cancelRetry: Cancel | undefined;
  readonly #backoff = new Backoff(firstRetryMs, longestRetryMs);
  readonly #terms: RecoveryTerms;
  #failedClears = 0;
  #gaveUpAt = -Infinity;
  #stopped = false;

  /** @param attempt - called when it is time to try again */
  constructor(clock: Clock, terms: RecoveryTerms, attempt: () => void) {
    this.#clock = clock;
    this.#terms = terms;
    this.#attempt = attempt;
  }

  register(backlog: Backlog): void {
    this.#backlogs.add(backlog);
  }

  /** Keys that are pending in all namespaces; `Infinity` if all keys of one are. */
  get pending(): number {
    let sum = 0;
    for (const { pending } of this.#backlogs) sum += pending.size;
    return sum;
  }

  /** Why L2 may hold entries that should have been deleted; `undefined` if it does not. */
  get problem(): string | undefined {
    if (this.pending === Infinity) return 'entries that were to be cleared are not deleted yet';
    if (this.#clock.elapsed() >= this.#gaveUpAt + this.#terms.entryLifeMs) return undefined;
    return 'a clear could not be done: other processes may read older entries until they expire';
  }

  /**
   * Ends when the keys that were pending at the beginning are deleted. Keys that became pending meanwhile are deleted too, as long as they fill
   * batches, so that it also ends under many writes.
   * @returns whether any key was pending
   */
  async drain(store: Store): Promise<boolean> {
    const deleted = this.pending > 0;
    for (const backlog of this.#backlogs) await this.#drainOne(backlog, store);
    this.#backoff.reset();
    return deleted;
  }

  /** Schedules one more attempt, each later than the last; calls before it are covered by it. */
  retryLater(): void {
    if (this.#cancelRetry !== undefined || this.#stopped) return;
    this.#cancelRetry = this.#clock.schedule(this.#backoff.next(), () => {
      this.#cancelRetry = undefined;
      this.#attempt();
    });
  }

  async #drainOne(backlog: Backlog, store: Store): Promise<void> {
    let more = backlog.pending.size > 0;
    while (more) {
      const batch = backlog.pending.batch(batchSize);
      if (batch.keys === 'everything') await this.#clear(backlog, batch, store);
      else await backlog.delete(batch, store);
      backlog.pending.confirm(batch);
      more = batch.keys === 'everything' ? backlog.pending.size > 0 : batch.keys.length === batchSize;
    }
  }

  async #clear(backlog: Backlog, batch: PendingBatch, store: Store): Promise<void> {
    const began = this.#clock.elapsed();
    try {
      await backlog.delete(batch, store);
    } catch (error) {
      if (!this.#isImpossible(error, this.#clock.elapsed() - began)) throw error;
      this.#gaveUpAt = this.#clock.elapsed();
      backlog.giveUpEverything();
    }
    this.#failedClears = 0;
  }

  #isImpossible(error: unknown, tookMs: number): boolean {
    if (hasCode(error, 'CACHE_CLEAR_UNSUPPORTED')) return true;
    const { clearMs, isUp } = this.#terms;
    return isUp() && tookMs >= clearMs && ++this.#failedClears >= clearAttempts;
  }

  /** Ends all attempts, also for failures that are still to come. */
  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }
}
