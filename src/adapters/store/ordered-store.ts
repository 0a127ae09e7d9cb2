import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { Store, StoreEntry } from '../../ports/store';

/** So long a write waits for an earlier one that is never answered, in milliseconds. By then its caller has counted it as not taken. */
const patienceMs = 2_000;

/**
 * Sends a write only when the earlier writes of its keys were answered, because what lies below may change their order: a Keyv that
 * compresses, an adapter with several connections. Without this, a delete could overtake the `set` that it was to undo.
 */
export class OrderedStore implements Store {
  readonly #inner: Store;
  readonly #clock: Clock;
  readonly #underWay = new Map<SanitizedKey, Promise<void>>();

  constructor(inner: Store, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#inner.get(key);
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#inner.getMany(keys);
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#inTurn([key], () => this.#inner.set(key, payload, ttlMs));
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    const last = new Map(entries.map((entry) => [entry.key, entry]));
    return this.#inTurn([...last.keys()], () => this.#inner.setMany([...last.values()]));
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#inTurn(keys, () => this.#inner.delete(keys));
  }

  async clear(prefix: SanitizedKey): Promise<void> {
    await this.#answered([...this.#underWay.values()]);
    await this.#inner.clear(prefix);
  }

  #inTurn(keys: readonly SanitizedKey[], send: () => Promise<void>): Promise<void> {
    const earlier = keys.map((key) => this.#underWay.get(key)).filter((write) => write !== undefined);
    const write = earlier.length === 0 ? send() : this.#answered(earlier).then(send);
    this.#remember(
      keys,
      write.catch(() => undefined),
    );
    return write;
  }

  #remember(keys: readonly SanitizedKey[], write: Promise<void>): void {
    for (const key of keys) this.#underWay.set(key, write);
    void write.then(() => {
      for (const key of keys) if (this.#underWay.get(key) === write) this.#underWay.delete(key);
    });
  }

  #answered(writes: readonly Promise<void>[]): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(patienceMs, resolve);
      void Promise.all(writes).then(() => {
        cancel();
        resolve();
      });
    });
  }
}
