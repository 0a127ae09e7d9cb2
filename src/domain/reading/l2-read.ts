import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Generation, ReadsInFlight } from '../consistency/generations';
import type { Moment } from '../entry/entry';
import { unreachable } from '../l2/remote-tier';

/** The payload of one key in a reply of L2; `undefined` if it holds none. */
export type L2Payload = string | undefined | typeof unreachable;

/** One caller's read of one key in L2. */
export abstract class L2Read<T = unknown> {
  readonly promise: Promise<T>;
  /** The next read of the same key in the batch. */
  next: L2Read | undefined;
  #isOvertaken = false;
  #resolve!: (outcome: unknown) => void;
  #reject!: (error: unknown) => void;

  /** @param generation - of a flight; without one, the read notices invalidations while it is in a batch */
  constructor(
    readonly key: SanitizedKey,
    readonly generation?: Pick<Generation, 'current'>,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve as (outcome: unknown) => void;
      this.#reject = reject;
    });
  }

  /** `false` after the key was invalidated or written: the payload is too old to be stored. */
  get current(): boolean {
    return this.generation?.current ?? !this.#isOvertaken;
  }

  overtake(): void {
    this.#isOvertaken = true;
  }

  receive(payload: L2Payload, remoteKey: SanitizedKey, moment: Moment): void {
    try {
      this.#resolve(this.outcomeOf(payload, remoteKey, moment));
    } catch (error) {
      this.#reject(error);
    }
  }

  protected abstract outcomeOf(payload: L2Payload, remoteKey: SanitizedKey, moment: Moment): T;
}

/** Reads that are sent as one command. A key is named once, however many callers read it. */
export class ReadBatch implements ReadsInFlight {
  readonly #reads = new Map<SanitizedKey, L2Read>();
  #callers = 0;

  get size(): number {
    return this.#reads.size;
  }

  get callers(): number {
    return this.#callers;
  }

  keys(): Iterable<SanitizedKey> {
    return this.#reads.keys();
  }

  add(read: L2Read): void {
    this.#callers += 1;
    const first = this.#reads.get(read.key);
    if (first === undefined) {
      this.#reads.set(read.key, read);
      return;
    }
    read.next = first.next;
    first.next = read;
  }

  overtake(key: SanitizedKey): void {
    for (let read = this.#reads.get(key); read !== undefined; read = read.next) read.overtake();
  }

  overtakeAll(): void {
    for (const key of this.#reads.keys()) this.overtake(key);
  }

  /** @param payloads - in the order of the keys; `unreachable` for all of them */
  receive(payloads: readonly (string | undefined)[] | typeof unreachable, remoteKeys: readonly SanitizedKey[], moment: Moment): void {
    let i = 0;
    for (const first of this.#reads.values()) {
      const payload = payloads === unreachable ? unreachable : payloads[i];
      const remoteKey = remoteKeys[i] ?? first.key;
      for (let read: L2Read | undefined = first; read !== undefined; read = read.next) read.receive(payload, remoteKey, moment);
      i += 1;
    }
  }
}
