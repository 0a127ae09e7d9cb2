import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Health } from '../../ports/health-probe';
import type { Store } from '../../ports/store';
import type { CacheError } from '../cache-error';
import type { Backlog } from './recovery';
import type { TierReporter } from './tier-reporter';
import type { WriteKind } from './tier-state';

/** The answer of an L2 that could not be asked: an outage is not a miss. */
export const unreachable: unique symbol = Symbol('L2 could not be asked');

/**
 * The fate of a command: applied; not sent, so without effect; sent, and L2 may or may not have applied it; or an erasing that
 * L2 can never do.
 */
export type WriteFate = 'applied' | 'not-sent' | 'unknown' | 'unsupported';

/** `lease` precedes a load, which waits for it as for a read; `clear` removes a namespace by its clock; `erase` also deletes its keys one by one. */
export type CommandKind = WriteKind | 'lease' | 'clear' | 'erase';

/** The state of the circuit breaker. `half-open`: one trial call is under way, and no other call passes. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** The state of L2, for people and health checks. */
export interface TierHealth {
  /** `recovering`: it can be reached, and pending keys and tags are removed before it is read. */
  readonly state: 'up' | 'down' | 'recovering';
  /** When the state began, in milliseconds since the Unix epoch. */
  readonly since: number;
  /** The reason why it is down or refuses writes; `undefined` otherwise. */
  readonly reason: string | undefined;
  /** The name of the driver, such as `redis`. */
  readonly driver: string;
  /** Keys and tags that L2 still has to remove; `Infinity` for everything. */
  readonly pending: number;
  /** The state of the circuit breaker; `undefined` without one, and while it does not run. */
  readonly breaker: BreakerState | undefined;
  /** Whether this process is notified of the changes of others; `undefined` without a bus. */
  readonly bus: Health | undefined;
}

/** Counts and durations of L2. */
export type L2Numbers = Pick<TierReporter, 'counts' | 'durations'>;

/** Payloads in the order of the keys; or the error of a command that failed; or `unreachable` if none was sent. */
export type ReadReply = readonly (string | undefined)[] | CacheError | typeof unreachable;

/** L2 for readers and writers. A call ends within its deadline with an answer or with `unreachable`, and never rejects. */
export interface RemoteTier {
  /** Whether a call made now is sent at once. */
  readonly isOpen: boolean;
  /** Whether L2 can list its keys to delete them; if not, that is refused at once. */
  readonly canErase: boolean;
  /** `undefined` for a cache of one tier. */
  readonly numbers: L2Numbers | undefined;
  /** Whether a call made now is skipped, because L2 is known to be down. */
  readonly isAway: boolean;
  /** Counts a call that was not made because L2 {@link isAway}. */
  skip(): void;
  /**
   * Reads the keys with one command.
   * @param calls - of the application that need it: they are counted if it is skipped, and its failure is if there are any
   */
  read(keys: readonly SanitizedKey[], calls: number): Promise<ReadReply>;
  send(kind: CommandKind, command: (store: Store) => Promise<void>): Promise<WriteFate>;
  /** Makes a namespace's pending invalidations part of recovery. */
  register(backlog: Backlog): void;
  health(): TierHealth | undefined;
  /** Resolves once it is known whether L2 is up. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A cache of one tier: without L2 every write is applied. */
export const noRemoteTier: RemoteTier = {
  isOpen: false,
  canErase: true,
  numbers: undefined,
  isAway: false,
  skip: () => undefined,
  read: (keys) => Promise.resolve(keys.map(() => undefined)),
  send: () => Promise.resolve('applied'),
  register: () => undefined,
  health: () => undefined,
  start: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
