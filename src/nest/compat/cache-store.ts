import { setTimeout as wait } from 'node:timers/promises';

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

/** How long a store may take to disconnect. Some wait for a server that no longer answers. */
const graceMs = 2_000;

/** Disconnects a store, by force if it takes too long. Never rejects: a caller that is shutting down cannot handle the error. */
export async function closeStore(store: CacheStore): Promise<void> {
  const timer = new AbortController();
  const disconnected = Promise.resolve(store)
    .then((open) => open.disconnect?.())
    .then(() => true);
  const timeout = wait(graceMs, false, { signal: timer.signal });
  const closed = await Promise.race([disconnected, timeout]).catch(() => false);
  timer.abort();
  timeout.catch(() => undefined);
  disconnected.catch(() => undefined);
  if (!closed) destroy(store);
}

/** `disconnect(true)` of `@keyv/redis`. Not awaited: an adapter without that argument would block again. */
function destroy(store: CacheStore): void {
  const outer = 'secondary' in store && 'primary' in store ? ((store.secondary ?? store.primary) as CacheStore) : store;
  const adapter = adapterOf(outer) as { disconnect?: (force: true) => unknown };
  Promise.resolve(adapter)
    .then((open) => open.disconnect?.(true))
    .catch(() => undefined);
}
