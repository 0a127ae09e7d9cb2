import type { SanitizedKey } from '../../ports/sanitized-key';
import { OversizedKeys } from './oversized-keys';
import type { L2Read, ReadBatch } from './l2-read';

/** Keys of entries per command, which has one more for the namespace. A larger command would delay those of other clients at the server. */
const maxBatchKeys = 127;

export interface ReadQueueParts {
  readonly newBatch: () => ReadBatch;
  readonly send: (batch: ReadBatch) => void;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
}

/**
 * Decides which reads travel together. With no batch in flight, a read is sent at once: a single caller waits for no other. Otherwise the reads of one turn
 * of the event loop share a batch, which is sent when the turn ends. So do the reads of a turn in which several readers were answered, because they go on
 * to read together. No batch waits for the answer to another.
 */
export class ReadQueue {
  readonly #parts: ReadQueueParts;
  readonly #oversized = new OversizedKeys();
  /** Batches of keys that may be oversized, by their limit. */
  readonly #limitedReads = new Map<number, ReadBatch>();
  #batch: ReadBatch | undefined;
  /** Batches that were sent and not answered. */
  #inFlight = 0;
  #isScheduled = false;
  /** Whether more reads are expected in this turn, so that none is sent alone. */
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
    const limit = this.#oversized.limitOf(read.key);
    if (limit !== undefined) {
      this.#addLimited(read, limit);
      return;
    }
    const isAlone = this.#inFlight === 0 && this.#batch === undefined && !this.#isGathering;
    const batch = (this.#batch ??= this.#parts.newBatch());
    batch.add(read);
    if (isAlone || batch.size >= maxBatchKeys) this.#sendBatch();
    else this.#schedule();
  }

  /** The batch has ended, with or without an answer. Call it before its readers go on. */
  ended({ callers }: ReadBatch): void {
    this.#inFlight -= 1;
    if (callers > 1) this.#gather();
  }

  /** L2 has answered the batch. */
  answered(batch: ReadBatch): void {
    this.#oversized.answered(batch.keys());
  }

  /** @returns a key whose value makes every batch fail, and that is to be deleted */
  failed(batch: ReadBatch, error: unknown): SanitizedKey | undefined {
    return this.#oversized.failed([...batch.keys()], error);
  }

  #addLimited(read: L2Read, limit: number): void {
    const { newBatch } = this.#parts;
    const waiting = this.#limitedReads.get(limit);
    const isFull = waiting !== undefined && waiting.size >= limit;
    if (isFull) this.#send(waiting);
    const batch = waiting === undefined || isFull ? newBatch() : waiting;
    this.#limitedReads.set(limit, batch);
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
    for (const batch of this.#limitedReads.values()) this.#send(batch);
    this.#limitedReads.clear();
  }
}
