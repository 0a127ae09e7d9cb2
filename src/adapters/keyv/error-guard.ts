import type { StorageAdapter } from './storage-adapter';

/**
 * Listens to the adapter's errors and ignores them. Most adapters are event emitters, and an `error` that nobody hears is thrown out of the
 * socket's own event, where it ends the process. It stays for the adapter's life, because errors come late.
 */
export function guardErrors(adapter: StorageAdapter): void {
  if (adapter.listeners?.('error').includes(ignore) !== true) adapter.on?.('error', ignore);
}

function ignore(): void {}
