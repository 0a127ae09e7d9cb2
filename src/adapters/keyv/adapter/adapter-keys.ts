import { CacheError } from '../../../domain/cache-error';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import { failureReason } from '../../resp/failure';
import type { MapLike, StorageAdapter } from './storage-adapter';

/** Read as a PING, to learn whether the adapter's server answers; never written. */
export const pingKey = 'tiercel:ping';

/** Keys per batch of deletes. */
const batchSize = 500;

/** The keys of a `Map` that start with the prefix. */
export async function* mapKeys(map: MapLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  yield [...map.keys()].filter((key) => typeof key === 'string' && key.startsWith(prefix)) as SanitizedKey[];
}

/**
 * The keys of an adapter that start with the prefix. All are listed before the first is yielded, because SQL adapters page by offset and
 * would skip rows if rows were deleted meanwhile.
 * @throws CacheError `CACHE_CLEAR_UNSUPPORTED` if the adapter has no iterator, or its iterator fails although the adapter answers
 */
export async function* iteratedKeys(
  adapter: StorageAdapter,
  namespace: string | undefined,
  prefix: string,
): AsyncGenerator<readonly SanitizedKey[]> {
  if (adapter.iterator === undefined) {
    throw unsupported('this adapter has no iterator');
  }
  const found: SanitizedKey[] = [];
  try {
    for await (const [key] of adapter.iterator(namespace) as AsyncIterable<readonly unknown[]>) {
      if (typeof key === 'string' && key.startsWith(prefix)) found.push(key as SanitizedKey);
    }
  } catch (error) {
    await adapter.get(pingKey); // rejects if the server is away, and then that is the reason
    throw unsupported(`the iterator of this adapter failed (${failureReason(error)})`);
  }
  for (let index = 0; index < found.length; index += batchSize) yield found.slice(index, index + batchSize);
}

function unsupported(reason: string): CacheError {
  return new CacheError(
    'CACHE_CLEAR_UNSUPPORTED',
    `keyv: ${reason}, so the entries of a namespace cannot be erased; they are misses, and end with their ttl`,
  );
}
