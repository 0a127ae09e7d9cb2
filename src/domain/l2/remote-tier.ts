import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Health } from '../../ports/health-probe';
import type { Store } from '../../ports/store';
import type { Backlog } from './recovery';
import type { TierReporter } from './tier-reporter';
import type { WriteKind } from './tier-state';

/** The answer of a layer 2 that could not be asked: an outage is not a miss. */
export const unreachable: unique symbol = Symbol('layer 2 could not be asked');

/**
 * The fate of a command: applied; not sent, so without effect; sent, and L2 may or may not have applied it; or a clear that L2 can never do, so
 * it is not to be remembered.
 */
export type WriteFate = 'applied' | 'not-sent' | 'unknown' | 'unsupported';

/** How the circuit breaker stands. `half-open`: one trial is under way, and nobody else passes. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** How layer 2 stands, for people and health checks. */
export interface TierHealth {
  readonly state: 'up' | 'down' | 'recovering';
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  /** Why it is down, or refuses writes; `undefined` while all is well. */
  readonly reason: string | undefined;
  readonly driver: string;
  /** Keys that layer 2 still has to delete; `Infinity` for everything. */
  readonly pending: number;
  /** `undefined` without a breaker, and while it does not run. */
  readonly breaker: BreakerState | undefined;
  /** Whether this process hears what others change; `undefined` without a bus. */
  readonly bus: Health | undefined;
}

/** What was counted and timed in L2. */
export type L2Numbers = Pick<TierReporter, 'counts' | 'durations'>;

/** Layer 2 as readers and writers see it: it answers within its deadline or says that it cannot, and it never rejects. */
export interface RemoteTier {
  /** Whether a call made now is sent at once. */
  readonly isOpen: boolean;
  /** Whether a clear may work; if not, it is refused at once. */
  readonly canClear: boolean;
  /** `undefined` for a cache of one tier. */
  readonly numbers: L2Numbers | undefined;
  get(key: SanitizedKey): Promise<string | undefined | typeof unreachable>;
  send(kind: WriteKind | 'clear', command: (store: Store) => Promise<void>): Promise<WriteFate>;
  /** Makes a namespace's pending invalidations part of recovery. */
  register(backlog: Backlog): void;
  health(): TierHealth | undefined;
  /** Resolves once it is known whether layer 2 is there. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A cache of one tier: there is nothing behind layer 1, and nothing that could fail to take a write. */
export const noRemoteTier: RemoteTier = {
  isOpen: false,
  canClear: true,
  numbers: undefined,
  get: () => Promise.resolve(undefined),
  send: () => Promise.resolve('applied'),
  register: () => undefined,
  health: () => undefined,
  start: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
