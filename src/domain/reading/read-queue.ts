import type { SanitizedKey } from '../../ports/sanitized-key';
import { SuspectKeys } from '../l2/suspect-keys';
import type { ReadBatch } from './l2-read';
import { type L2Read } from './l2-read';

/** Keys per command. A larger command would delay the commands of other clients at the server. */
const maxBatchKeys = 128;

export interface ReadQueueParts {
  readonly newBatch: () => ReadBatch;
  readonly send: (batch: ReadBatch) => void;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
}

/**
 * Decides which reads travel together. While none is on its way, a read leaves at once and alone: a single caller waits for no other. While some are,
 * the reads of one turn of the event loop are sent together when it ends. So are the reads of a turn in which several readers were answered, because
 * they go on to read together. No batch waits for the answer to another.
 */
export class ReadQueue {
  readonly #parts: ReadQueueParts;
  readonly #suspects = new SuspectKeys();
  /** Batches of suspects, by their limit. */
  readonly #suspectReads = new Map<number, ReadBatch>();
  #batch: ReadBatch | undefined;
  /** Batches that were sent and not answered. */
  #inFlight = 0;
  #isScheduled = false;
  /** Whether more reads are expected in this turn. */
  #isGathering = false;
  readonly #endTurn = (): void => {
    this.#isScheduled = false;
    this.#isGathering = false;
    this.#sendAll();
  };

  constructor(parts: ReadQueueParts) {
    this.#parts = parts;
  }

  /** The reads that `begin` adds are known to come together: none of them leaves alone. */
  together<T>(begin: () => T): T {
    this.#gather();
    return begin();
  }

  add(read: L2Read): void {
    const limit = this.#suspects.limitOf(read.key);
    if (limit !== undefined) {
      this.#addSuspect(read, limit);
      return;
    }
    const isAlone = this.#inFlight === 0 && this.#batch === undefined && !this.#isGathering;
    const batch = (this.#batch ??= this.#parts.newBatch());
    batch.add(read);
    if (isAlone || batch.size >= maxBatchKeys) this.#sendBatch();
    else this.#schedule();
  }

  /** The batch was answered, or will never be. Call it before its readers go on. */
  ended({ callers }: ReadBatch): void {
    this.#inFlight -= 1;
    if (callers > 1) this.#gather();
  }

  /** L2 has answered the batch. */
  answered(batch: ReadBatch): void {
    this.#suspects.answered(batch.keys());
  }

  /** @returns a key whose value makes every batch fail, and that is to be deleted */
  failed(batch: ReadBatch, error: unknown): SanitizedKey | undefined {
    return this.#suspects.failed([...batch.keys()], error);
  }

  #addSuspect(read: L2Read, limit: number): void {
    const { newBatch } = this.#parts;
    const waiting = this.#suspectReads.get(limit);
    const isFull = waiting !== undefined && waiting.size >= limit;
    if (isFull) this.#send(waiting);
    const batch = waiting === undefined || isFull ? newBatch() : waiting;
    this.#suspectReads.set(limit, batch);
    batch.add(read);
    this.#schedule();
  }

  #gather(): void {
    this.#isGathering = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.afterTurn(this.#endTurn);
  }

  #send(batch: ReadBatch): void {
    this.#inFlight += 1;
    this.#parts.send(batch);
  }

  #sendBatch(): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch !== undefined) this.#send(batch);
  }

  #sendAll(): void {
    this.#sendBatch();
    for (const suspects of this.#suspectReads.values()) this.#send(suspects);
    this.#suspectReads.clear();
  }
}
