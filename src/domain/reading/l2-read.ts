import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Generation, ReadsInFlight } from '../consistency/generations';
import type { NamespaceTimes } from '../consistency/tag-times';
import type { Moment } from '../entry/entry';
import { isMarked, readRow } from '../entry/row';
import { unreachable } from '../l2/remote-tier';

/** The payload of one key in a reply of L2; `undefined` if it holds none. */
export type L2Payload = string | undefined | typeof unreachable;

/** When L2 was read, by all clocks. */
export interface ReadMoment extends Moment {
  /** Of the namespace, from the same answer as the payloads; `undefined` if L2 has none: then no payload is used. */
  readonly times: NamespaceTimes | undefined;
  /** The epoch of tags in which the read was sent. */
  readonly epoch: number;
}

/** The text of a key as it was read. */
export interface SeenRow {
  readonly payload: L2Payload;
  /** The lease in front of the payload; empty if there was none. */
  readonly lease: string;
}

/** One caller's read of one key in L2. */
export abstract class L2Read<T = unknown> implements SeenRow {
  readonly promise: Promise<T>;
  /** The next read of the same key in the batch. */
  next: L2Read | undefined;
  #isOvertaken = false;
  #isDeferred = false;
  #payload: L2Payload;
  #lease = '';
  #expiredAt = 0;
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

  /** Its outcome waits for another answer of L2, so it has to notice invalidations until then. */
  get isDeferred(): boolean {
    return this.#isDeferred;
  }

  get payload(): L2Payload {
    return this.#payload;
  }

  get lease(): string {
    return this.#lease;
  }

  /** When the payload was marked as expired, in milliseconds of the server; 0 if it was not. */
  get expiredAt(): number {
    return this.#expiredAt;
  }

  overtake(): void {
    this.#isOvertaken = true;
  }

  /** @param text - of the key, with a mark in front of the payload where there is one */
  receive(text: L2Payload, remoteKey: SanitizedKey, moment: ReadMoment): void {
    try {
      this.#payload = typeof text === 'string' && isMarked(text) ? this.#unmarked(text) : text;
      const outcome = this.outcomeOf(this.#payload, remoteKey, moment);
      if (outcome instanceof Promise) this.#isDeferred = true;
      this.#resolve(outcome);
    } catch (error) {
      this.#reject(error);
    }
  }

  #unmarked(text: string): string | undefined {
    const { expiredAt, lease, payload } = readRow(text);
    this.#expiredAt = expiredAt;
    this.#lease = lease;
    return payload === '' ? undefined : payload;
  }

  protected abstract outcomeOf(payload: L2Payload, remoteKey: SanitizedKey, moment: ReadMoment): T | Promise<T>;
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

  /**
   * @param payloads - in the order of the keys; `unreachable` for all of them
   * @returns the reads whose outcome waits for another answer
   */
  receive(
    payloads: readonly (string | undefined)[] | typeof unreachable,
    remoteKeys: readonly SanitizedKey[],
    moment: ReadMoment,
  ): readonly L2Read[] {
    const deferred: L2Read[] = [];
    let i = 0;
    for (const first of this.#reads.values()) {
      const payload = payloads === unreachable ? unreachable : payloads[i];
      const remoteKey = remoteKeys[i] ?? first.key;
      for (let read: L2Read | undefined = first; read !== undefined; read = read.next) {
        read.receive(payload, remoteKey, moment);
        if (read.isDeferred) deferred.push(read);
      }
      i += 1;
    }
    return deferred;
  }
}
