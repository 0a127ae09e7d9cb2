import { CacheError } from '../../../domain/cache-error';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { MapLike, StorageAdapter } from './storage-adapter';

/** How many deletes are under way at once. */
const portion = 500;

/** What a `Map` holds under a prefix. */
export async function* mapKeys(map: MapLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  yield [...map.keys()].filter((key) => typeof key === 'string' && key.startsWith(prefix)) as SanitizedKey[];
}

/**
 * What an adapter lists under a prefix. All of it is listed before the first key is given out, because SQL adapters turn pages by number, and
 * lose their place when rows go.
 * @throws CacheError `CACHE_WRITE_REFUSED` when the adapter has no iterator
 */
export async function* iteratedKeys(
  adapter: StorageAdapter,
  namespace: string | undefined,
  prefix: string,
): AsyncGenerator<readonly SanitizedKey[]> {
  if (adapter.iterator === undefined) {
    throw new CacheError('CACHE_WRITE_REFUSED', 'keyv: this adapter cannot list its keys, so a namespace cannot be cleared in it');
  }
  const found: SanitizedKey[] = [];
  for await (const [key] of adapter.iterator(namespace) as AsyncIterable<readonly unknown[]>) {
    if (typeof key === 'string' && key.startsWith(prefix)) found.push(key as SanitizedKey);
  }
  for (let index = 0; index < found.length; index += portion) yield found.slice(index, index + portion);
}
