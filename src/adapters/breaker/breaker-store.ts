import { updateTags } from '../../domain/l2/tag-updates';
import type { Deadlines } from '../../domain/options/settings';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';
import type { Circuit } from './circuit';

/** Calls the inner store only while the circuit is closed. */
export class BreakerStore implements Store {
  readonly #inner: Store;
  readonly #circuit: Circuit;
  readonly #deadlines: Deadlines;

  /** @param deadlines - of the inner store: a slow call takes a great part of them */
  constructor(inner: Store, circuit: Circuit, deadlines: Deadlines) {
    this.#inner = inner;
    this.#circuit = circuit;
    this.#deadlines = deadlines;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#circuit.execute(() => this.#inner.get(key), this.#deadlines.readMs);
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#circuit.execute(() => this.#inner.getMany(keys), this.#deadlines.readMs);
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#circuit.execute(() => this.#inner.set(key, payload, ttlMs), this.#deadlines.writeMs);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    return this.#circuit.execute(() => this.#inner.setMany(entries), this.#deadlines.writeMs);
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#circuit.execute(() => this.#inner.delete(keys), this.#deadlines.writeMs);
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#circuit.execute(() => this.#inner.clear(prefix), this.#deadlines.clearMs);
  }

  updateTags(update: TagUpdate): Promise<TagTexts> {
    return this.#circuit.execute(() => updateTags(this.#inner, update), this.#deadlines.writeMs);
  }
}
