import type { SanitizedKey } from '../../ports/sanitized-key';
import { updateRow, updateTags } from '../../domain/l2/store-updates';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';

/** Of one command. A larger one takes a great part of its deadline, and delays the commands of other clients at the server. */
const maxKeys = 128;
const maxCharacters = 1024 * 1024;

/** Commands in flight at a time, of reads and of writes each. */
const maxInFlight = 16;

/** Of leases, each for one key. They have no order with writes: a lease that a write overtakes is gone. */
const maxLeasesInFlight = 512;

/**
 * Splits large calls into commands of a bounded size, and sends a bounded number of them at a time. The inner store limits the time of each
 * command, so a call with thousands of keys neither exceeds a deadline nor looks slow to the circuit breaker.
 *
 * Commands start in the order of the calls. A write may wait for earlier writes, and never for reads.
 */
export class PacedStore implements Store {
  readonly #inner: Store;
  readonly #reads = new CommandQueue(maxInFlight);
  readonly #writes = new CommandQueue(maxInFlight);
  readonly #leases = new CommandQueue(maxLeasesInFlight);

  constructor(inner: Store) {
    this.#inner = inner;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#reads.run(() => this.#inner.get(key));
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    // One entry with the state of its namespace: nothing to split.
    return keys.length <= 2 ? this.#reads.run(() => this.#inner.getMany(keys)) : this.#getInParts(keys);
  }

  async #getInParts(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    const parts = split(keys, keySize);
    if (parts.length === 1) return this.#reads.run(() => this.#inner.getMany(keys));
    return (await Promise.all(parts.map((part) => this.#reads.run(() => this.#inner.getMany(part))))).flat();
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#writes.run(() => this.#inner.set(key, payload, ttlMs));
  }

  async setMany(entries: readonly StoreEntry[]): Promise<void> {
    await Promise.all(split(entries, entrySize).map((part) => this.#writes.run(() => this.#inner.setMany(part))));
  }

  async delete(keys: readonly SanitizedKey[]): Promise<void> {
    await Promise.all(split(keys, keySize).map((part) => this.#writes.run(() => this.#inner.delete(part))));
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#writes.run(() => this.#inner.clear(prefix));
  }

  updateTags(update: TagUpdate): Promise<TagTexts> {
    return this.#writes.run(() => updateTags(this.#inner, update));
  }

  updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    const queue = 'lease' in update ? this.#leases : this.#writes;
    return queue.run(() => updateRow(this.#inner, key, update));
  }
}

/** Runs a bounded number of commands at a time, in the order in which they were given. */
class CommandQueue {
  readonly #most: number;
  #inFlight = 0;
  readonly #waiting: (() => void)[] = [];
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  run<T>(command: () => Promise<T>): Promise<T> {
    if (this.#inFlight < this.#most) return this.#start(command);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        this.#start(command).then(resolve, reject);
      });
    });
  }

  #start<T>(command: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    const outcome = command();
    const end = (): void => {
      this.#inFlight -= 1;
      this.#startNext();
    };
    outcome.then(end, end);
    return outcome;
  }

  #startNext(): void {
    const start = this.#waiting[this.#next];
    if (start === undefined) return;
    this.#next += 1;
    if (this.#next === this.#waiting.length) this.#waiting.length = this.#next = 0;
    start();
  }
}

const keySize = (key: SanitizedKey): number => key.length;
const entrySize = ({ key, payload }: StoreEntry): number => key.length + payload.length;

/** Parts of at most `maxKeys` items and, unless one item alone is larger, `maxCharacters`. At least one part. */
function split<T>(items: readonly T[], sizeOf: (item: T) => number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let part: T[] = [];
  let characters = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (part.length === maxKeys || (part.length > 0 && characters + size > maxCharacters)) {
      parts.push(part);
      [part, characters] = [[], 0];
    }
    part.push(item);
    characters += size;
  }
  return [...parts, part];
}
