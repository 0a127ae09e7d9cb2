import { CacheError } from '../../src/domain/cache-error';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { Clock } from '../../src/ports/clock';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../src/ports/store';
import { keyOf, tagOf } from './reference';
import type { FakeStore } from '../../src/testing/fake-store';

/** In the tag of all entries of a namespace that shares the tags of another one. */
const ofNamespace = '%namespace:';

/** `cut`: calls fail at once. `frozen`: they arrive, and take effect when it thaws. `readOnly`: writes are refused. */
export type WireCondition = 'well' | 'cut' | 'frozen' | 'readOnly';

/** The reference is notified when a command is sent, and when it takes effect on the server. */
export interface Witness {
  /** Returns the function to call once the payload is stored. */
  sent(key: SanitizedKey, payload: string): () => void;
  deleted(isDeleted: (key: SanitizedKey) => boolean): void;
  /** A load has stored a payload in place of its lease. */
  storedUnderLease(key: SanitizedKey, payload: string): void;
}

/**
 * One process's connection to a shared server. Commands and replies take their time. Writes arrive in the order in which they were sent; reads
 * overtake, and so do replies. A sent command takes effect, even if its reply is lost.
 */
export class Wire implements Store {
  condition: WireCondition = 'well';
  readonly server: FakeStore;
  /** Of the process. */
  readonly clock: Clock;
  readonly #latency: () => number;
  readonly #witness: Witness;
  #lastArrivalAt = 0;
  readonly #writes: (() => void)[] = [];
  readonly #arrived: (() => void)[] = [];
  readonly #waiting = new Set<(reason: Error) => void>();

  constructor(server: FakeStore, clock: Clock, latency: () => number, witness: Witness) {
    this.server = server;
    this.clock = clock;
    this.#latency = latency;
    this.#witness = witness;
  }

  become(condition: WireCondition): void {
    this.condition = condition;
    if (condition === 'cut') this.#hangUp();
    if (condition !== 'frozen') for (const takeEffect of this.#arrived.splice(0)) takeEffect();
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#call(this.#latency(), [], () => this.server.get(key));
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#call(this.#latency(), [], () => this.server.getMany(keys));
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.setMany([{ key, payload, ttlMs }]);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    const landed = this.condition === 'cut' ? [] : entries.map(({ key, payload }) => this.#witness.sent(key, payload));
    return this.#write(() => {
      for (const notify of landed) notify();
      return this.server.setMany(entries);
    });
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#write(() => {
      this.#witness.deleted((key) => keys.includes(key));
      return this.server.delete(keys);
    });
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#write(() => {
      this.#witness.deleted((key) => key.startsWith(prefix));
      return this.server.clear(prefix);
    });
  }

  updateTags(update: TagUpdate): Promise<TagTexts | undefined> {
    return this.#write(() => {
      if (update.change === 'remove') {
        const all = update.tags.length === 0;
        const has = (key: SanitizedKey, tag: SanitizedKey): boolean => tag.endsWith(`:${tagOf(keyOf(key))}`) || tag.includes(ofNamespace);
        this.#witness.deleted((key) => all || update.tags.some((tag) => has(key, tag)));
      }
      return this.server.updateTags(update);
    });
  }

  updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    const notify = update.change === 'replace' && this.condition !== 'cut' ? this.#witness.sent(key, update.payload) : undefined;
    return this.#write(async () => {
      if (update.change === 'expire') this.#witness.deleted((one) => one === key);
      const reply = await this.server.updateRow(key, update);
      if (update.change === 'replace' && reply?.outcome === 'done') {
        this.#witness.storedUnderLease(key, update.payload);
        notify?.();
      }
      return reply;
    });
  }

  #write<T>(act: () => Promise<T>): Promise<T> {
    if (this.condition === 'readOnly') return Promise.reject(new CacheError('CACHE_WRITE_REFUSED', 'The server is read-only.'));
    const now = this.clock.elapsed();
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, now + this.#latency());
    return this.#call(this.#lastArrivalAt - now, this.#writes, act);
  }

  /** @param line - on each arrival, the first in line takes effect */
  #call<T>(arrivesInMs: number, line: (() => void)[], act: () => Promise<T>): Promise<T> {
    if (this.condition === 'cut') return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      line.push(() => {
        const outcome = act();
        this.#after(this.#latency(), () => {
          this.#waiting.delete(reject);
          outcome.then(resolve, reject);
        });
      });
      this.#after(arrivesInMs, () => {
        const takeEffect = line.shift()!;
        if (this.condition === 'frozen') this.#arrived.push(takeEffect);
        else takeEffect();
      });
    });
  }

  #after(ms: number, run: () => void): void {
    if (ms === 0) run();
    else this.clock.schedule(ms, run);
  }

  #hangUp(): void {
    for (const reject of this.#waiting) reject(lost());
    this.#waiting.clear();
  }
}

function lost(): CacheError {
  return new CacheError('CACHE_TIER_UNAVAILABLE', 'The wire is cut.');
}
