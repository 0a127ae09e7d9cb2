import { CacheError } from '../../../domain/cache-error';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { MapLike, StorageAdapter } from './storage-adapter';

/** Keys per batch of deletes. */
const batchSize = 500;

/** The keys of a `Map` that start with the prefix. */
export async function* mapKeys(map: MapLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  yield [...map.keys()].filter((key) => typeof key === 'string' && key.startsWith(prefix)) as SanitizedKey[];
}

/**
 * The keys of an adapter that start with the prefix. All are listed before the first is yielded, because SQL adapters page by offset and
 * would skip rows if rows were deleted meanwhile.
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
  for (let index = 0; index < found.length; index += batchSize) yield found.slice(index, index + batchSize);
}
