import type { Generation } from '../consistency/generations';
import type { Found } from '../entry/freshness';
import type { SeenInL2, StoreRight } from '../l2/leases';
import type { Background } from '../shared/background';
import type { ReadResult } from './read-result';
import type { WaitNode } from './reentrancy';

/** Rejects the wait of a caller that is to join the next flight. */
export const givenUp = new Error('the flight is shared no longer');

/** A caller that may leave a flight before it has ended. */
export interface FlightWaiter {
  onResult(result: ReadResult): void;
  onError(error: unknown): void;
  /** The flight has found an older value. */
  onOlder(): void;
  /** The flight is shared no longer. */
  onGivenUp(): void;
}

/** An instant on the clock of the namespace, and in the epochs of this process. */
interface ValidFrom {
  readonly asOf: number;
  readonly epoch: number;
}

/** Begins at once. */
export type FlightTask = (flight: Flight) => Promise<ReadResult>;

export interface FlightLimits {
  readonly giveUpAfterMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One running read of a key, shared by its callers. It may store its value only while it is current. */
export class Flight implements Generation, WaitNode {
  readonly #generation: Generation;
  readonly #waiters = new Set<FlightWaiter>();
  readonly #release: (() => void) | undefined;
  #isOver = false;
  waits: WaitNode['waits'];
  /** When the value of the flight is read from its source, or a moment before: each later invalidation of its tags holds for it. */
  validFrom: ValidFrom = { epoch: 0, asOf: 0 };
  /** What L2 held when the flight read it last; `undefined` if it was not asked. */
  seen: SeenInL2 | undefined;
  /** Whether it has a caller that does not wait for other processes. */
  isUrgent = false;
  /** How its value may be stored in L2. */
  right: StoreRight = 'always';
  #older: Found | undefined;
  #isNotifying = false;
  #shared: Promise<ReadResult> | undefined;
  #onOver: (() => void) | undefined;
  /** The hard timeout of the caller that began it; `Infinity` if it has none. Milliseconds. */
  readonly giveUpAfterMs: number;
  readonly #signal: AbortSignal | undefined;
  /** Whether something ends the flight if its task does not. */
  isLimited: boolean;
  /** For the caller that began it, which waits for as long as its own task takes. */
  readonly result: Promise<ReadResult>;

  /**
   * @param limits - of the caller that began it
   * @param release - called once, when the flight has ended or was given up
   */
  constructor(generation: Generation, task: FlightTask, { giveUpAfterMs, signal }: FlightLimits, release?: () => void) {
    this.#generation = generation;
    this.#release = release;
    this.giveUpAfterMs = giveUpAfterMs;
    this.#signal = signal;
    this.isLimited = giveUpAfterMs !== Infinity;
    this.result = task(this).finally(() => this.#end());
  }

  get current(): boolean {
    return !this.#isOver && this.#generation.current;
  }

  get outdated(): boolean {
    return this.#generation.outdated;
  }

  /** Whether it was given up, and the caller that began it has left. */
  get isAbandoned(): boolean {
    return this.#isOver && this.giveUpAfterMs !== Infinity;
  }

  /** A stale value, for callers whose timeout fires first or whose load fails; `undefined` after an invalidation, which made it wrong. */
  get older(): Found | undefined {
    return this.#generation.current ? this.#older : undefined;
  }

  /** Whether its load has failed because the caller that began it has left: a loader may use the signal of its own caller. */
  wasAborted(error: unknown): boolean {
    return (error instanceof Error && error.name === 'AbortError') || isAbortedBy(this.#signal, error);
  }

  noteOlder(found: Found | undefined): void {
    if (found === undefined) return;
    this.#older = found;
    for (const waiter of this.#waiters) waiter.onOlder();
  }

  /** @returns the function that ends the wait of the caller: a flight that never ends keeps no reference to it */
  wait(waiter: FlightWaiter): () => void {
    this.#notifyWaiters();
    this.#waiters.add(waiter);
    return () => void this.#waiters.delete(waiter);
  }

  /** The result, for all callers that have joined without a timeout. Rejects with {@link givenUp} when the flight is shared no longer. */
  get shared(): Promise<ReadResult> {
    return (this.#shared ??= new Promise((resolve, reject) => {
      const leave = this.wait({
        onResult: resolve,
        onError: reject,
        onOlder: () => undefined,
        onGivenUp: () => {
          leave();
          reject(givenUp);
        },
      });
    }));
  }

  /** Makes `close()` wait for the flight, once for all its callers. */
  trackIn(background: Background): void {
    if (this.#onOver !== undefined || this.#isOver) return;
    background.track(
      new Promise<void>((resolve) => {
        this.#onOver = resolve;
      }),
    );
  }

  /** The next caller starts a new flight, and so do waiters without a timeout; a value that still comes is not stored. */
  giveUp(): void {
    this.#end();
    for (const waiter of [...this.#waiters]) waiter.onGivenUp();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#release?.();
    this.#onOver?.();
  }

  /** One reaction to the result for all waiters, however many come and go. */
  #notifyWaiters(): void {
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    void this.result.then(
      (result) => {
        for (const waiter of [...this.#waiters]) waiter.onResult(result);
      },
      (error: unknown) => {
        for (const waiter of [...this.#waiters]) waiter.onError(error);
      },
    );
  }
}

export function isAbortedBy(signal: AbortSignal | undefined, error: unknown): boolean {
  return signal?.aborted === true && signal.reason === error;
}
