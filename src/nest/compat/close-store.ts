import { setTimeout as wait } from 'node:timers/promises';
import { adapterOf, type CacheStore } from './cache-store';

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
