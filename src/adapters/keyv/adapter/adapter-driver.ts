import { CacheError } from '../../../domain/cache-error';
import type { Clock } from '../../../ports/clock';
import type { StoreDriver } from '../../../ports/driver';
import { type HealthProbe, alwaysUp } from '../../../ports/health-probe';
import type { SanitizedKey } from '../../../ports/sanitized-key';
import type { Store } from '../../../ports/store';
import { ConnectionProbe, type ConnectionSignals } from '../../probe/connection-probe';
import { DriverLifetime } from '../../probe/driver-lifetime';
import { failureReason } from '../../resp/failure';
import { SystemClock } from '../../system/system-clock';
import { errorEvents, type AdapterErrors } from './adapter-errors';
import { AdapterStore } from './adapter-store';
import { takesExpires, type StorageAdapter, type MapLike } from './storage-adapter';

/**
 * L2 on a storage adapter of unknown kind. The adapter is connected already, or connects by itself; the driver does not close it.
 */
export class AdapterDriver implements StoreDriver {
  readonly name = 'keyv';
  readonly store: Store;
  /** The namespace of an adapter of Keyv 6, which keeps it in a column or before the keys. */
  readonly keyPrefix: string;
  readonly probe: HealthProbe;
  readonly bus = undefined;
  readonly canClear: boolean;
  readonly #lifetime: DriverLifetime;

  /** @param namespace - argument of the adapter's iterator: SQL adapters look for keys that start with it and a colon */
  constructor(adapter: StorageAdapter, namespace: string | undefined, clock: Clock) {
    const errors = errorEvents(adapter);
    this.canClear = adapter.iterator !== undefined;
    this.keyPrefix = takesExpires(adapter) && adapter.namespace ? `${adapter.namespace}:` : '';
    this.store = new AdapterStore(adapter, {
      keysFrom: (prefix) => iteratedKeys(adapter, { namespace, prefix, errors }),
      errors,
      clock,
    });
    this.probe = new ConnectionProbe({ ping: () => this.store.get(pingKey), watch: (signals) => watch(adapter, signals), clock });
    this.#lifetime = new DriverLifetime({ name: this.name, probe: this.probe, clock });
  }

  open(): Promise<void> {
    return this.#lifetime.open();
  }

  close(): Promise<void> {
    return this.#lifetime.close();
  }
}

function watch(adapter: StorageAdapter, signals: ConnectionSignals): () => void {
  const onError = (error: unknown): void => signals.failed(failureReason(error));
  adapter.on?.('error', onError);
  signals.ready();
  return () => void adapter.off?.('error', onError);
}

/** L2 in this process, which cannot be down. For development and tests: expired entries stay in the Map until they are overwritten. */
export function memoryDriver(map: MapLike): StoreDriver {
  return {
    name: 'keyv',
    store: new AdapterStore(map, {
      keysFrom: (prefix) => mapKeys(map, prefix),
      clock: new SystemClock(),
    }),
    probe: alwaysUp,
    bus: undefined,
    open: async () => undefined,
    close: async () => undefined,
  };
}

/** Read as a PING, to learn whether the adapter's server answers; never written. */
const pingKey = 'tiercel:ping' as SanitizedKey;

/** Keys per batch of deletes. */
const batchSize = 500;

/** The keys of a `Map` that start with the prefix. */
async function* mapKeys(map: MapLike, prefix: string): AsyncGenerator<readonly SanitizedKey[]> {
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
async function* iteratedKeys(adapter: StorageAdapter, { prefix, ...parts }: IteratedParts): AsyncGenerator<readonly SanitizedKey[]> {
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
