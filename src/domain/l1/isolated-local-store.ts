import type { SanitizedKey } from '../../ports/sanitized-key';
import type { LocalStore } from '../../ports/local-store';
import { LocalEntry } from '../entry/entry';

/** What happens to a value on its way through layer 1. Either may throw for a value that it cannot handle. */
interface ValueIsolation {
  readonly onWrite: (value: unknown) => unknown;
  readonly onRead: (value: unknown) => unknown;
}

/** Layer 1 that protects its values from those who are given them. A value that the guard cannot handle is not kept. */
export class IsolatedLocalStore implements LocalStore<LocalEntry> {
  readonly #inner: LocalStore<LocalEntry>;
  readonly #guard: ValueIsolation;

  constructor(inner: LocalStore<LocalEntry>, guard: ValueIsolation) {
    this.#inner = inner;
    this.#guard = guard;
  }

  get(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.#inner.get(key);
    return entry && guarded(entry, this.#guard.onRead);
  }

  peek(key: SanitizedKey): LocalEntry | undefined {
    const entry = this.#inner.peek(key);
    return entry && guarded(entry, this.#guard.onRead);
  }

  set(key: SanitizedKey, entry: LocalEntry, ttlMs: number): void {
    const taken = guarded(entry, this.#guard.onWrite);
    if (taken === undefined) this.#inner.delete(key);
    else this.#inner.set(key, taken, ttlMs);
  }

  delete(key: SanitizedKey): boolean {
    return this.#inner.delete(key);
  }

  clear(): void {
    this.#inner.clear();
  }

  keys(): IterableIterator<SanitizedKey> {
    return this.#inner.keys();
  }

  get size(): number {
    return this.#inner.size;
  }

  get expired(): number {
    return this.#inner.expired;
  }

  get approximateBytes(): number {
    return this.#inner.approximateBytes;
  }

  onEvict(listener: (count: number) => void): () => void {
    return this.#inner.onEvict(listener);
  }
}

function guarded(entry: LocalEntry, pass: (value: unknown) => unknown): LocalEntry | undefined {
  try {
    const copy = new LocalEntry(pass(entry.value), entry.createdAt, entry.expiresAt, entry.revalidateAt, entry.epoch);
    copy.validatedAs = entry.validatedAs;
    return copy;
  } catch {
    return undefined;
  }
}

/** Freezes a value and all that it holds. What cannot be frozen, such as the bytes of a typed array, is left as it is. */
export function deepFreeze<T>(value: T): T {
  freeze(value, new Set());
  return value;
}

/** @param seen - not `Object.isFrozen`: what was frozen by others may hold what is not */
function freeze(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(Object.freeze(value));
  for (const inner of Object.values(value)) freeze(inner, seen);
}
