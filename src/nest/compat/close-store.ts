import { setTimeout as wait } from 'node:timers/promises';
import { adapterOf, type CacheStore } from './cache-store';

/** How long a store may take to end what it has begun, in milliseconds. Some wait for a server that answers no more. */
const patienceMs = 2_000;

/** Disconnects a store, gently and in the end by force. Never rejects: there is nothing that an application about to end could do. */
export async function closeStore(store: CacheStore): Promise<void> {
  const patience = new AbortController();
  const gently = Promise.resolve(store)
    .then((open) => open.disconnect?.())
    .then(() => true);
  const tooLate = wait(patienceMs, false, { signal: patience.signal });
  const closed = await Promise.race([gently, tooLate]).catch(() => false);
  patience.abort();
  tooLate.catch(() => undefined);
  gently.catch(() => undefined);
  if (!closed) destroy(store);
}

/** What `@keyv/redis` calls force. Not waited for: an adapter that knows no force has only been asked once more. */
function destroy(store: CacheStore): void {
  const outer = 'secondary' in store ? (store.secondary as CacheStore | undefined) : store;
  const adapter = outer && (adapterOf(outer) as { disconnect?: (force: true) => unknown });
  Promise.resolve(adapter)
    .then((open) => open?.disconnect?.(true))
    .catch(() => undefined);
}
