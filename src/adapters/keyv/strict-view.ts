import type { KeyvRedisLike } from './storage-adapter';

/**
 * The same adapter and connection, except that failures are thrown, where `@keyv/redis` otherwise answers as if nothing were there, and
 * that the namespace stays what it is now. A view, because the adapter is the caller's: its own settings are neither changed nor followed.
 */
export function strictView(adapter: KeyvRedisLike): KeyvRedisLike {
  const view = Object.create(adapter) as KeyvRedisLike;
  view.throwOnErrors = true;
  view.throwOnConnectError = true;
  view.namespace = adapter.namespace;
  return view;
}
