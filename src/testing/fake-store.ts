import { CacheError } from '../domain/cache-error';
import type { SanitizedKey } from '../ports/sanitized-key';
import type { Clock } from '../ports/clock';
import type { Store, StoreEntry } from '../ports/store';

export interface StoreCall {
  readonly operation: keyof Store;
  /** Of `clear`, the prefix. */
  readonly keys: readonly SanitizedKey[];
}

interface Kept {
  readonly payload: string;
  readonly expiresAt: number;
}

type Condition = { readonly name: 'well' | 'hanging' | 'refusing writes' } | { readonly name: 'failing'; readonly error: Error };

/** A store in memory that keeps its promises, until it is told to be away, to hang, to be slow or to refuse writes. */
export class FakeStore implements Store {
  /** Every call so far, in the order of arrival, including those that failed. */
  readonly calls: StoreCall[] = [];
  /** Milliseconds of the given clock that every call takes. */
  delayMs = 0;

  readonly #clock: Clock;
  readonly #kept = new Map<SanitizedKey, Kept>();
  #condition: Condition = { name: 'well' };
  /** Calls that hang, waiting for the condition to change. */
  #hanging: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Every call rejects, and so do those that hang. */
  fail(error: Error = new CacheError('CACHE_TIER_UNAVAILABLE', 'The fake store is out of reach.')): void {
    this.#become({ name: 'failing', error });
  }

  /** Calls neither resolve nor reject, as on a frozen server. */
  hang(): void {
    this.#become({ name: 'hanging' });
  }

  /** Reads go on; everything that changes something is refused, as on a full or read-only server. */
  refuseWrites(): void {
    this.#become({ name: 'refusing writes' });
  }

  /** Ends every trouble. Calls that hung take effect now: late, but they do. */
  heal(): void {
    this.#become({ name: 'well' });
  }

  /** What is kept for a key, past all trouble and without a call. */
  peek(key: SanitizedKey): { readonly payload: string; readonly ttlMs: number } | undefined {
    const payload = this.#read(key);
    const kept = this.#kept.get(key);
    return payload === undefined || kept === undefined ? undefined : { payload, ttlMs: kept.expiresAt - this.#clock.elapsed() };
  }

  /** Keeps a payload, past all trouble and without a call. */
  plant(key: SanitizedKey, payload: string, ttlMs = Infinity): void {
    this.#write({ key, payload, ttlMs });
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#answer('get', [key], () => this.#read(key));
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#answer('getMany', keys, () => keys.map((key) => this.#read(key)));
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#answer('set', [key], () => {
      this.#write({ key, payload, ttlMs });
    });
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    const keys = entries.map((entry) => entry.key);
    return this.#answer('setMany', keys, () => {
      for (const entry of entries) this.#write(entry);
    });
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#answer('delete', keys, () => {
      for (const key of keys) this.#kept.delete(key);
    });
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#answer('clear', [prefix], () => {
      for (const key of this.#kept.keys()) if (key.startsWith(prefix)) this.#kept.delete(key);
    });
  }

  async #answer<T>(operation: keyof Store, keys: readonly SanitizedKey[], act: () => T): Promise<T> {
    this.calls.push({ operation, keys });
    if (this.delayMs > 0) await new Promise<void>((resolve) => this.#clock.schedule(this.delayMs, resolve));
    while (this.#condition.name === 'hanging') await new Promise<void>((resolve) => this.#hanging.push(resolve));
    if (this.#condition.name === 'failing') throw this.#condition.error;
    if (this.#condition.name === 'refusing writes' && operation !== 'get' && operation !== 'getMany') {
      throw new CacheError('CACHE_WRITE_REFUSED', `The fake store refuses ${operation}.`);
    }
    return act();
  }

  #become(condition: Condition): void {
    this.#condition = condition;
    for (const goOn of this.#hanging.splice(0)) goOn();
  }

  #read(key: SanitizedKey): string | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && this.#clock.elapsed() < kept.expiresAt ? kept.payload : undefined;
  }

  #write({ key, payload, ttlMs }: StoreEntry): void {
    this.#kept.set(key, { payload, expiresAt: this.#clock.elapsed() + ttlMs });
  }
}
