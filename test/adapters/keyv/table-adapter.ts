import { EventEmitter } from 'node:events';

/**
 * Behaves as the SQL adapters of Keyv do: rows without an expiry, `delete` that answers false for an absent row, an iterator that turns pages by
 * number, and errors that are both thrown and emitted.
 */
export class TableAdapter extends EventEmitter {
  readonly opts = { dialect: 'sqlite' };
  readonly rows = new Map<string, string>();
  namespace?: string;
  away = false;

  async get(key: string): Promise<string | undefined> {
    this.#reach();
    return this.rows.get(key);
  }

  async set(key: string, value: string): Promise<void> {
    this.#reach();
    this.rows.set(key, value);
  }

  async delete(key: string): Promise<boolean> {
    this.#reach();
    return this.rows.delete(key);
  }

  async clear(): Promise<void> {
    this.rows.clear();
  }

  async *iterator(namespace?: string): AsyncGenerator<[string, string]> {
    const begin = namespace ? `${namespace}:` : '';
    for (let offset = 0; ; offset += 10) {
      this.#reach();
      const page = [...this.rows].filter(([key]) => key.startsWith(begin)).slice(offset, offset + 10);
      if (page.length === 0) return;
      yield* page;
    }
  }

  #reach(): void {
    if (!this.away) return;
    const error = new Error('SQLITE_CANTOPEN: unable to open database file');
    this.emit('error', error);
    throw error;
  }
}
