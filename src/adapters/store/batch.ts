import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store, StoreEntry } from '../../ports/store';

/** Calls of one turn that travel together, and share whatever becomes of them. */
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

  /** How many keys it carries. */
  abstract get size(): number;

  send(store: Store): void {
    this.ask(store).then(this.#resolve, this.#reject);
  }

  protected abstract ask(store: Store): Promise<T>;
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

  protected async ask(store: Store): Promise<void> {
    return store.delete(this.#keys);
  }
}

type Payload = string | undefined;

/** One `getMany`, in which every key is asked once however many callers want it. */
export class ReadBatch extends Batch<readonly Payload[]> {
  readonly #positions = new Map<SanitizedKey, number>();

  get size(): number {
    return this.#positions.size;
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

  protected async ask(store: Store): Promise<readonly Payload[]> {
    const keys = [...this.#positions.keys()];
    const [key] = keys;
    return keys.length === 1 && key !== undefined ? [await store.get(key)] : store.getMany(keys);
  }
}

/** One `setMany`, in the order of the calls: of two writes to one key the later stays. */
export class SetBatch extends Batch<void> {
  readonly #entries: StoreEntry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  add(entry: StoreEntry): void {
    this.#entries.push(entry);
  }

  protected async ask(store: Store): Promise<void> {
    const [entry] = this.#entries;
    if (this.#entries.length === 1 && entry !== undefined) return store.set(entry.key, entry.payload, entry.ttlMs);
    return store.setMany(this.#entries);
  }
}
