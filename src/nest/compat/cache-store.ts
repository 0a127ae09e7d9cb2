/**
 * A Keyv, a Keyv storage adapter or a `Cacheable`. Structural, because each of these packages exists as an ES module and as a CommonJS copy, with
 * different classes.
 */
export interface CacheStore {
  get(key: string): unknown;
  set(key: string, value: unknown, ttl?: number): unknown;
  delete(key: string): unknown;
  clear(): unknown;
  disconnect?(): unknown;
}

/** A Keyv: a storage adapter with a serialiser, a ttl and a namespace. */
export interface KeyvLike extends CacheStore {
  readonly opts: { readonly store?: unknown };
  /** Milliseconds. */
  readonly ttl?: number | undefined;
  readonly serialize?: unknown;
}

/** Recognises a Keyv by its structure, as `@nestjs/cache-manager` does: a process may have several copies of the class. */
export function isKeyv(store: CacheStore): store is KeyvLike {
  return 'opts' in store && 'hooks' in store && 'stats' in store && typeof store.disconnect === 'function';
}

/** Storage adapter inside a Keyv; any other store is returned as it is. */
export function adapterOf(store: CacheStore): unknown {
  return isKeyv(store) ? store.opts.store : store;
}
