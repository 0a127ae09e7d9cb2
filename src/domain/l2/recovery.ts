import type { Cancel, Clock } from '../../ports/clock';
import type { Store } from '../../ports/store';
import type { RecentInvalidations } from '../consistency/recent-invalidations';
import type { PendingBatch, PendingInvalidations } from '../consistency/pending-invalidations';
import { Backoff } from '../shared/backoff';

/** One namespace's part in recovery. */
export interface Backlog {
  readonly pending: PendingInvalidations;
  readonly recent: RecentInvalidations;
  /** Invalidates the batch in L2 and in L1. Rejects if L2 did not apply it. */
  readonly invalidate: (batch: PendingBatch, store: Store) => Promise<void>;
}

/** Keys per command: many enough to be quick, few enough not to hold up the server. */
const batchSize = 500;

const firstRetryMs = 1_000;

const longestRetryMs = 30_000;

/**
 * Removes what is pending from L2 after an outage: a few commands for tags and for everything, some for many keys. It never rewrites them: after an outage several processes may hold different values,
 * and only the source of truth knows the right one.
 */
export class Recovery {
  readonly #backlogs = new Set<Backlog>();
  readonly #clock: Clock;
  readonly #attempt: () => void;
  #cancelRetry: Cancel | undefined;
  readonly #backoff = new Backoff(firstRetryMs, longestRetryMs);
  #stopped = false;

  /** @param attempt - called when it is time to try again */
  constructor(clock: Clock, attempt: () => void) {
    this.#clock = clock;
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

  /** The server is lost: what it applied long ago need not be repeated on another one. */
  forgetOld(): void {
    for (const { recent } of this.#backlogs) recent.forgetOld();
  }

  /** Another server answers, which may lack what the former one applied last. */
  repeatRecent(): void {
    for (const { pending, recent } of this.#backlogs) recent.moveTo(pending);
  }

  /** Why L2 may hold entries that should have been removed; `undefined` if it does not. */
  get problem(): string | undefined {
    return this.pending === Infinity ? 'entries that were to be cleared are not removed yet' : undefined;
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

  async #drainOne({ invalidate, pending }: Backlog, store: Store): Promise<void> {
    let more = pending.size > 0;
    while (more) {
      const batch = pending.batch(batchSize);
      await invalidate(batch, store);
      pending.confirm(batch);
      more = batch.keys === 'everything' ? pending.size > 0 : batch.keys.length === batchSize;
    }
  }

  /** Ends all attempts, also for failures that are still to come. */
  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }
}
