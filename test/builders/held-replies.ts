import { isBookkeeping } from '../../src/testing/fake-store';
import { updateRow, updateTags } from '../../src/domain/l2/store-updates';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagUpdate } from '../../src/ports/store';

/**
 * A store in front of another whose replies can be held back: the command has taken effect, and its sender does not know yet.
 * So a read can be overtaken by a delete.
 */
export class HeldReplies implements Store {
  #inner: Store;
  readonly #held = new Set<keyof Store>();
  #waiting: (() => void)[] = [];

  constructor(inner: Store) {
    this.#inner = inner;
  }

  /** From now on the replies to these operations wait for {@link release}. */
  hold(...operations: readonly (keyof Store)[]): void {
    for (const operation of operations) this.#held.add(operation);
  }

  /** From now on the commands go to the server of another process. */
  redirectTo(server: Store): void {
    this.#inner = server;
  }

  release(): void {
    this.#held.clear();
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#reply('get', this.#inner.get(key));
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    // A read of one entry has the key of its namespace beside it.
    const entries = keys.filter((key) => !isBookkeeping(key)).length;
    return this.#reply(entries === 1 ? 'get' : 'getMany', this.#inner.getMany(keys));
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#reply('set', this.#inner.set(key, payload, ttlMs));
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    return this.#reply('setMany', this.#inner.setMany(entries));
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#reply('delete', this.#inner.delete(keys));
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#reply('clear', this.#inner.clear(prefix));
  }

  updateTags(update: TagUpdate): Promise<readonly (string | undefined)[]> {
    return this.#reply('updateTags', updateTags(this.#inner, update));
  }

  /** A store that has no leases answers so at once. */
  async updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    const isStored = update.change === 'replace' || update.change === 'swap';
    const reply = await updateRow(this.#inner, key, update);
    return reply && this.#reply(isStored ? 'set' : 'updateRow', Promise.resolve(reply));
  }

  async #reply<T>(operation: keyof Store, work: Promise<T>): Promise<T> {
    const held = this.#held.has(operation) ? new Promise<void>((resolve) => this.#waiting.push(resolve)) : undefined;
    const reply = await work;
    await held;
    return reply;
  }
}
