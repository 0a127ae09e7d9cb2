import { CacheError } from '../domain/cache-error';
import type { SanitizedKey } from '../ports/sanitized-key';
import type { Clock } from '../ports/clock';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../ports/store';
import { updatedTexts } from '../domain/consistency/tag-times';
import { updatedRow } from '../domain/entry/row';

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

/** A store in memory that a test can make fail, hang, answer slowly or refuse writes. */
export class FakeStore implements Store {
  /**
   * Every call so far, in the order of arrival, including those that failed. Without the keys of a namespace's bookkeeping and without leases: a read of
   * one entry is a `get`, and a value that is stored in place of a lease a `set`.
   */
  readonly calls: StoreCall[] = [];
  /** Duration of every call, in milliseconds of the given clock. */
  delayMs = 0;
  /** Whether it can update rows: without it, as on a server that refuses scripts, loads have no leases. */
  hasLeases = true;

  readonly #clock: Clock;
  readonly #kept = new Map<SanitizedKey, Kept>();
  #condition: Condition = { name: 'well' };
  /** Resumes the calls that hang. */
  #hanging: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Every call rejects, also the calls that hang. */
  fail(error: Error = new CacheError('CACHE_TIER_UNAVAILABLE', 'The fake store is out of reach.')): void {
    this.#become({ name: 'failing', error });
  }

  /** Calls neither resolve nor reject, as on a frozen server. */
  hang(): void {
    this.#become({ name: 'hanging' });
  }

  /** Answers reads and refuses writes, as a full or read-only server does. */
  refuseWrites(): void {
    this.#become({ name: 'refusing writes' });
  }

  /** Ends every failure. Calls that hung take effect now, late. */
  heal(): void {
    this.#become({ name: 'well' });
  }

  /** The payload of a key, also during a failure, and not counted as a call. */
  peek(key: SanitizedKey): { readonly payload: string; readonly ttlMs: number } | undefined {
    const payload = this.#read(key);
    const kept = this.#kept.get(key);
    return payload === undefined || kept === undefined ? undefined : { payload, ttlMs: kept.expiresAt - this.#clock.elapsed() };
  }

  /** Stores a payload, also during a failure, and not counted as a call. */
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

  updateTags(update: TagUpdate): Promise<TagTexts | undefined> {
    const { state, tagTtlMs, tags } = update;
    const keys = [state, ...tags];
    if (update.change !== 'none') this.calls.push({ operation: 'updateTags', keys });
    return this.#answer('updateTags', [], () => {
      const read = keys.map((key) => this.#read(key));
      const updated = updatedTexts(read, update, Math.floor(this.#clock.now() * 1_000));
      keys.forEach((key, i) => {
        const payload = updated[i];
        if (payload !== undefined) this.#write({ key, payload, ttlMs: i === 0 ? Infinity : Math.max(this.#leftMs(key), tagTtlMs) });
      });
      return [...updated];
    });
  }

  updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    if (!this.hasLeases) return Promise.resolve(undefined);
    const isStored = (update.change === 'replace' || update.change === 'swap') && update.payload !== '';
    return this.#answer(isStored ? 'set' : 'updateRow', isStored ? [key] : [], () => {
      const now = Math.floor(this.#clock.now());
      const { reply, text, atLeastMs = 0, ttlMs = Math.max(this.#leftMs(key), atLeastMs) } = updatedRow(this.#read(key), update, now);
      if (text === '') this.#kept.delete(key);
      else if (text !== undefined) this.#write({ key, payload: text, ttlMs });
      return reply;
    });
  }

  #leftMs(key: SanitizedKey): number {
    return (this.#kept.get(key)?.expiresAt ?? 0) - this.#clock.elapsed();
  }

  async #answer<T>(operation: keyof Store, keys: readonly SanitizedKey[], act: () => T): Promise<T> {
    this.#note(operation, keys);
    if (this.delayMs > 0) await new Promise<void>((resolve) => this.#clock.schedule(this.delayMs, resolve));
    while (this.#condition.name === 'hanging') await new Promise<void>((resolve) => this.#hanging.push(resolve));
    if (this.#condition.name === 'failing') throw this.#condition.error;
    if (this.#condition.name === 'refusing writes' && operation !== 'get' && operation !== 'getMany') {
      throw new CacheError('CACHE_WRITE_REFUSED', `The fake store refuses ${operation}.`);
    }
    return act();
  }

  #note(operation: keyof Store, keys: readonly SanitizedKey[]): void {
    const ofEntries = keys.filter((key) => !isBookkeeping(key));
    if (ofEntries.length > 0)
      this.calls.push({ operation: operation === 'getMany' && ofEntries.length === 1 ? 'get' : operation, keys: ofEntries });
  }

  #become(condition: Condition): void {
    this.#condition = condition;
    for (const resume of this.#hanging.splice(0)) resume();
  }

  #read(key: SanitizedKey): string | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && this.#clock.elapsed() < kept.expiresAt ? kept.payload : undefined;
  }

  #write({ key, payload, ttlMs }: StoreEntry): void {
    this.#kept.set(key, { payload, expiresAt: this.#clock.elapsed() + ttlMs });
  }
}

/** Whether this is a key of a namespace's clock or tags, and of no entry. */
export function isBookkeeping(key: SanitizedKey): boolean {
  return key.includes(':v1~{');
}
