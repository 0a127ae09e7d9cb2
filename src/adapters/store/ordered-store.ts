import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';

/** How long a write waits for an earlier one that is never answered, in milliseconds: longer than the caller's deadline for writes. */
const giveUpAfterMs = 2_000;

/**
 * Sends a write only after the earlier writes of its keys were answered, because the inner store may change their order: a Keyv that
 * compresses, an adapter with several connections. Without this, a delete could overtake an earlier `set`.
 */
export class OrderedStore implements Store {
  readonly #inner: Store;
  readonly #clock: Clock;
  readonly #inFlight = new Map<SanitizedKey, Promise<void>>();
  /** Where the inner store has it: otherwise it is emulated by the other methods. */
  readonly updateTags?: (update: TagUpdate) => Promise<TagTexts | undefined>;
  /** Where the inner store has it. */
  readonly updateRow?: (key: SanitizedKey, update: RowUpdate) => Promise<RowReply | undefined>;

  constructor(inner: Store, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
    if (inner.updateTags !== undefined) this.updateTags = inner.updateTags.bind(inner);
    const updateRow = inner.updateRow?.bind(inner);
    if (updateRow !== undefined) this.updateRow = (key, update) => this.#afterEarlier([key], () => updateRow(key, update));
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#inner.get(key);
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#inner.getMany(keys);
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#afterEarlier([key], () => this.#inner.set(key, payload, ttlMs));
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    const last = new Map(entries.map((entry) => [entry.key, entry]));
    return this.#afterEarlier([...last.keys()], () => this.#inner.setMany([...last.values()]));
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#afterEarlier(keys, () => this.#inner.delete(keys));
  }

  async clear(prefix: SanitizedKey): Promise<void> {
    await this.#allAnswered([...this.#inFlight.values()]);
    await this.#inner.clear(prefix);
  }

  #afterEarlier<T>(keys: readonly SanitizedKey[], send: () => Promise<T>): Promise<T> {
    const earlier = keys.map((key) => this.#inFlight.get(key)).filter((write) => write !== undefined);
    const write = earlier.length === 0 ? send() : this.#allAnswered(earlier).then(send);
    this.#remember(
      keys,
      write.then(
        () => undefined,
        () => undefined,
      ),
    );
    return write;
  }

  #remember(keys: readonly SanitizedKey[], write: Promise<void>): void {
    for (const key of keys) this.#inFlight.set(key, write);
    void write.then(() => {
      for (const key of keys) if (this.#inFlight.get(key) === write) this.#inFlight.delete(key);
    });
  }

  #allAnswered(writes: readonly Promise<void>[]): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(giveUpAfterMs, resolve);
      void Promise.all(writes).then(() => {
        cancel();
        resolve();
      });
    });
  }
}
