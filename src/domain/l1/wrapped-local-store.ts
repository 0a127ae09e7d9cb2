import type { LocalStore, LocalValue } from '../../ports/local-store';
import type { SanitizedKey } from '../../ports/sanitized-key';

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
