import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../ports/store';

/** Calls of one turn that are sent as one call and share its outcome. */
export abstract class Batch<T> {
  readonly outcome: Promise<T>;
  #resolve!: (outcome: T) => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** How many keys it contains. */
  abstract get size(): number;

  send(store: Store): void {
    this.execute(store).then(this.#resolve, this.#reject);
  }

  protected abstract execute(store: Store): Promise<T>;
}

/** One `delete`. */
export class DeleteBatch extends Batch<void> {
  readonly #keys: SanitizedKey[] = [];

  get size(): number {
    return this.#keys.length;
  }

  add(keys: readonly SanitizedKey[]): void {
    for (const key of keys) this.#keys.push(key);
  }

  protected async execute(store: Store): Promise<void> {
    return store.delete(this.#keys);
  }
}

type Payload = string | undefined;

/** One `getMany` that names each key once, however many callers read it. */
export class ReadBatch extends Batch<readonly Payload[]> {
  readonly #positions = new Map<SanitizedKey, number>();

  get size(): number {
    return this.#positions.size;
  }

  get keys(): readonly SanitizedKey[] {
    return [...this.#positions.keys()];
  }

  add(key: SanitizedKey): Promise<Payload> {
    const position = this.#positions.get(key) ?? this.#append(key);
    return this.outcome.then((payloads) => payloads[position]);
  }

  #append(key: SanitizedKey): number {
    const position = this.#positions.size;
    this.#positions.set(key, position);
    return position;
  }

  protected async execute(store: Store): Promise<readonly Payload[]> {
    const { keys } = this;
    const [key] = keys;
    return keys.length === 1 && key !== undefined ? [await store.get(key)] : store.getMany(keys);
  }
}

/** One `setMany` in the order of the calls, so the later of two writes to one key wins. */
export class SetBatch extends Batch<void> {
  readonly #entries: StoreEntry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  add(entry: StoreEntry): void {
    this.#entries.push(entry);
  }

  protected async execute(store: Store): Promise<void> {
    const [entry] = this.#entries;
    if (this.#entries.length === 1 && entry !== undefined) return store.set(entry.key, entry.payload, entry.ttlMs);
    return store.setMany(this.#entries);
  }
}
