import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store } from '../../ports/store';
import { hasCode } from '../cache-error';
import { LateError } from './deadline-store';
import { unreachable, type ReadReply } from './remote-tier';

/** Not a key of any cache: those begin with a namespace and a colon. */
const pingKey = 'tiercel~ping' as SanitizedKey;

/**
 * A late call makes L2 suspect only if no other call was answered while it ran. One value that is too large is late, too, and then the answers to other
 * calls show that the server works.
 */
export class Suspicion {
  #answers = 0;
  readonly #reads = new Set<(reply: ReadReply) => void>();
  /** Whether L2 stopped answering while its probe said that it is up: then recovery must not believe the probe. */
  #needsPing = false;

  /** Answers of L2 so far. */
  get answers(): number {
    return this.#answers;
  }

  answered<T>(answer: T): T {
    this.#answers += 1;
    return answer;
  }

  /** @param answers - the number of {@link answers} when the call was sent */
  isRaisedBy(error: unknown, answers: number): boolean {
    return error instanceof LateError && this.#answers === answers;
  }

  /**
   * The payloads, or `unreachable` as soon as another call makes L2 suspect.
   * @param onError - the reply of a read that failed; a read that makes L2 suspect itself keeps its error
   */
  unlessRaised(payloads: Promise<readonly (string | undefined)[]>, onError: (error: unknown) => ReadReply): Promise<ReadReply> {
    return new Promise((resolve) => {
      this.#reads.add(resolve);
      payloads.then(
        (own) => {
          this.#reads.delete(resolve);
          resolve(this.answered(own));
        },
        (error: unknown) => {
          this.#reads.delete(resolve);
          resolve(onError(error));
        },
      );
    });
  }

  /** Ends the reads on their way: no caller waits for a server that may be gone. */
  raise(): void {
    this.#needsPing = true;
    for (const end of this.#reads) end(unreachable);
    this.#reads.clear();
  }

  /**
   * Sends one delete of a key that no cache uses, if L2 stopped answering; otherwise returns. Rejects without an answer. A delete, because its deadline
   * is longer: a server that is slower than the deadline of a read must still get the pending deletes.
   */
  async ping(store: Store): Promise<void> {
    if (!this.#needsPing) return;
    await store.delete([pingKey]).catch((error: unknown) => {
      if (!hasCode(error, 'CACHE_WRITE_REFUSED')) throw error;
    });
    this.#answers += 1;
    this.#needsPing = false;
  }
}
