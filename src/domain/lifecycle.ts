import type { Clock } from '../ports/clock';
import { CacheError } from './cache-error';
import type { RemoteTier, TierHealth } from './l2/remote-tier';
import type { Background } from './shared/background';
import { withDeadline } from './shared/deadline';

/** The state of the cache, for people and health checks. */
export interface CacheHealth {
  /** `degraded`: L2 is away, recovering, or refuses writes or could not do a clear, or its bus is away; the cache goes on without it. */
  readonly status: 'up' | 'degraded' | 'closed';
  /** The state of L2; `undefined` for a cache without one. */
  readonly l2: TierHealth | undefined;
}

/** Whether reads after `close` reject or miss: a framework that still has requests to answer needs misses. */
export type LateReads = 'refused' | 'misses';

export interface LifecycleParts {
  readonly remote: RemoteTier;
  readonly background: Background;
  readonly clock: Clock;
  readonly closeMs: number;
  readonly lateReads: LateReads;
}

/** The share of the time for closing that is kept for the drivers, however long background work takes. */
const driversShare = 0.25;

/** From the first use to the last timer: one per cache, shared by its namespaces. */
export class Lifecycle {
  readonly #remote: RemoteTier;
  readonly #background: Background;
  readonly #clock: Clock;
  readonly #closeMs: number;
  readonly #abort = new AbortController();
  readonly #releases: (() => void)[] = [];
  readonly #lateReads: LateReads;
  #refreshes = true;
  #closed: Promise<void> | undefined;

  constructor({ remote, background, clock, closeMs, lateReads }: LifecycleParts) {
    this.#remote = remote;
    this.#background = background;
    this.#clock = clock;
    this.#closeMs = closeMs;
    this.#lateReads = lateReads;
  }

  /** Aborted when closing begins. */
  get closing(): AbortSignal {
    return this.#abort.signal;
  }

  /** @param release - called once, when everything else has ended */
  onClose(release: () => void): void {
    this.#releases.push(release);
  }

  /** @throws CacheError `CACHE_CLOSED` */
  assertOpen(operation: string): void {
    if (this.#closed !== undefined) throw new CacheError('CACHE_CLOSED', `${operation}: the cache is closed`);
  }

  /**
   * Whether there is a cache to read from.
   * @throws CacheError `CACHE_CLOSED` where late reads are refused
   */
  answers(operation: string): boolean {
    if (this.#lateReads === 'refused') this.assertOpen(operation);
    return this.#closed === undefined;
  }

  /** Whether values may be refreshed in the background. */
  get refreshes(): boolean {
    return this.#refreshes && this.#closed === undefined;
  }

  stopRefreshes(): void {
    this.#refreshes = false;
  }

  async start(): Promise<void> {
    this.assertOpen('start');
    await this.#remote.start();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  health(): CacheHealth {
    const l2 = this.#remote.health();
    if (this.#closed !== undefined) return { status: 'closed', l2 };
    return { status: l2 === undefined || isWell(l2) ? 'up' : 'degraded', l2 };
  }

  async #close(): Promise<void> {
    // In a later turn: a listener of the abort may call `close` too, and must find it begun.
    await Promise.resolve();
    this.#abort.abort();
    const until = this.#clock.elapsed() + this.#closeMs;
    await this.#within(this.#closeMs * (1 - driversShare), this.#background.idle());
    await this.#within(until - this.#clock.elapsed(), this.#remote.close());
    for (const release of this.#releases) release();
  }

  async #within(ms: number, work: Promise<void>): Promise<void> {
    await withDeadline(work, ms, this.#clock, () => new Error('closing took too long')).catch(() => undefined);
  }
}

function isWell({ bus, reason, state }: TierHealth): boolean {
  return state === 'up' && reason === undefined && bus !== 'down';
}
