import { CacheError } from '../../../domain/cache-error';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import { failureReason } from '../../resp/failure';
import type { AdapterErrors } from './adapter-errors';
import type { MapLike, StorageAdapter } from './storage-adapter';

/** Read as a PING, to learn whether the adapter's server answers; never written. */
export const pingKey = 'tiercel:ping' as SanitizedKey;

/** Keys per batch of deletes. */
const batchSize = 500;

/** The keys of a `Map` that start with the prefix. */
export async function* mapKeys(map: MapLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
  yield [...map.keys()].filter((key) => typeof key === 'string' && key.startsWith(prefix)) as SanitizedKey[];
}

interface IteratedParts {
  /** Argument of the iterator. */
  readonly namespace: string | undefined;
  readonly prefix: string;
  readonly errors: AdapterErrors;
}

/**
 * The keys of an adapter that start with the prefix. All are listed before the first is yielded, because SQL adapters page by offset and
 * would skip rows if rows were deleted meanwhile.
 * @throws CacheError `CACHE_CLEAR_UNSUPPORTED` if the adapter has no iterator, or its iterator fails although the adapter answers
 */
export async function* iteratedKeys(adapter: StorageAdapter, { prefix, ...parts }: IteratedParts): AsyncGenerator<readonly SanitizedKey[]> {
  const keys = await allKeys(adapter, parts);
  const found = keys.filter((key): key is SanitizedKey => typeof key === 'string' && key.startsWith(prefix));
  for (let index = 0; index < found.length; index += batchSize) yield found.slice(index, index + batchSize);
}

async function allKeys(adapter: StorageAdapter, { namespace, errors }: Omit<IteratedParts, 'prefix'>): Promise<readonly unknown[]> {
  if (adapter.iterator === undefined) throw unsupported('this adapter has no iterator');
  const keys: unknown[] = [];
  const before = errors.count;
  try {
    for await (const [key] of adapter.iterator(namespace) as AsyncIterable<readonly unknown[]>) keys.push(key);
    // The SQL adapters of Keyv 6 emit the failure, and end the list.
    if (errors.count > before) throw errors.last;
  } catch (error) {
    await adapter.get(pingKey); // rejects if the server is away, and then that is the reason
    throw unsupported(`the iterator of this adapter failed (${failureReason(error)})`);
  }
  return keys;
}

function unsupported(reason: string): CacheError {
  return new CacheError(
    'CACHE_CLEAR_UNSUPPORTED',
    `keyv: ${reason}, so the entries of a namespace cannot be erased; they are misses, and end with their ttl`,
  );
}
