/**
 * A Keyv, a Keyv storage adapter or a `Cacheable`. Structural, because each of them comes as an ES module and as a CommonJS copy, and the class
 * of one is not that of the other.
 */
export interface CacheStore {
  get(key: string): unknown;
  set(key: string, value: unknown, ttl?: number): unknown;
  delete(key: string): unknown;
  clear(): unknown;
  disconnect?(): unknown;
}

/** A Keyv: a storage adapter, and what is done to values on their way there. */
export interface KeyvLike extends CacheStore {
  readonly opts: { readonly store?: unknown };
  /** Milliseconds. */
  readonly ttl?: number | undefined;
  readonly serialize?: unknown;
}

/** As `@nestjs/cache-manager` tells them: by structure, since there may be several copies of Keyv in a process. */
export function isKeyv(store: CacheStore): store is KeyvLike {
  return 'opts' in store && 'hooks' in store && 'stats' in store && typeof store.disconnect === 'function';
}

/** The storage adapter that a store ends in. */
export function adapterOf(store: CacheStore): unknown {
  return isKeyv(store) ? store.opts.store : store;
}
