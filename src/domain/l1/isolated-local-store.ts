import type { LocalStore, LocalValue } from '../../ports/local-store';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { LocalEntry } from '../entry/entry';

/** How values are kept apart from their callers. Both functions may throw for a value that they cannot handle. */
interface ValueIsolation {
  readonly onWrite: (value: unknown) => unknown;
  readonly onRead: (value: unknown) => unknown;
}

/** The part of a store around another one that it passes on unchanged. */
export abstract class WrappedLocalStore<V extends LocalValue> implements Omit<LocalStore<V>, 'get' | 'peek' | 'set'> {
  protected readonly inner: LocalStore<V>;

  constructor(inner: LocalStore<V>) {
    this.inner = inner;
  }

  delete(key: SanitizedKey): boolean {
    return this.inner.delete(key);
  }

  clear(): void {
    this.inner.clear();
  }

  keys(): IterableIterator<SanitizedKey> {
    return this.inner.keys();
  }

  get size(): number {
    return this.inner.size;
  }

  get expired(): number {
    return this.inner.expired;
  }

  get approximateBytes(): number {
    return this.inner.approximateBytes;
  }

  onEvict(listener: (count: number) => void): () => void {
    return this.inner.onEvict(listener);
  }
}

/** An L1 whose values callers cannot change: it clones or freezes them. A value that can be neither cloned nor frozen is not stored. */
export class IsolatedLocalStore extends WrappedLocalStore<LocalEntry> implements LocalStore<LocalEntry> {
  readonly #isolation: ValueIsolation;

  constructor(inner: LocalStore<LocalEntry>, isolation: ValueIsolation) {
    super(inner);
    this.#isolation = isolation;
  }

  get(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.inner.get(key);
    return entry && isolated(entry, this.#isolation.onRead);
  }

  peek(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.inner.peek(key);
    return entry && isolated(entry, this.#isolation.onRead);
  }

  set(key: SanitizedKey, entry: LocalEntry): void {
    const stored = isolated(entry, this.#isolation.onWrite);
    if (stored === undefined) this.inner.delete(key);
    else this.inner.set(key, stored);
  }
}

function isolated(entry: LocalEntry, convert: (value: unknown) => unknown): LocalEntry | undefined {
  try {
    return entry.with(convert(entry.value));
  } catch {
    return undefined;
  }
}

/** Freezes a value and everything in it. Parts that cannot be frozen, such as the bytes of a typed array, are left as they are. */
export function deepFreeze<T>(value: T): T {
  freeze(value, new Set());
  return value;
}

/** @param seen - `Object.isFrozen` would not do: an object that the application froze may hold objects that are not frozen */
function freeze(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(Object.freeze(value));
  for (const inner of Object.values(value)) freeze(inner, seen);
}
