import type { Clock } from '../../ports/clock';
import { type StoreDriver, deriveDriver } from '../../ports/driver';
import { OrderedStore } from '../store/ordered-store';
import { prefixedDriver } from '../store/prefixed-store';
import { SystemClock } from '../system/system-clock';
import { AdapterDriver, ignoreErrorEvents, memoryDriver } from './adapter/adapter-driver';
import { jsonRows, rowsOf, RowStore } from './adapter/row-store';
import type { KeyvInstance } from './adapter/storage-adapter';
import { connectionOf, iovalkeyDriver } from './iovalkey/iovalkey-driver';
import { type KeyvSource, type AdapterSource, keyvSource } from './keyv-source';
import { keyvRedisDriver } from './keyv-redis-driver';

export function keyvDriver(source: KeyvSource, clock: Clock, maxRowBytes?: number): StoreDriver {
  const driver = unorderedDriver(source, clock, maxRowBytes);
  return deriveDriver(driver, { store: new OrderedStore(driver.store, clock) });
}

/** A Keyv is taken apart: into its adapter, the prefix of its keys, and the format of its values. */
function unorderedDriver(source: KeyvSource, clock: Clock, maxRowBytes: number | undefined): StoreDriver {
  if (source.kind !== 'keyv') {
    const driver = adapterDriver(source, undefined, clock);
    return expiresEntries(source) ? driver : deriveDriver(driver, { store: new RowStore(driver.store, jsonRows, clock, maxRowBytes) });
  }
  const { keyv, inner } = source;
  const prefix = keyPrefix(keyv);
  const driver = adapterDriver(inner, prefix === '' ? undefined : keyv.namespace, clock);
  return prefixedDriver(deriveDriver(driver, { store: new RowStore(driver.store, rowsOf(keyv), clock, maxRowBytes) }), prefix);
}

function adapterDriver(source: AdapterSource, namespace: string | undefined, clock: Clock): StoreDriver {
  switch (source.kind) {
    case 'node-redis':
      return keyvRedisDriver(source.adapter, clock);
    case 'iovalkey':
      return iovalkeyDriver({ ...connectionOf(source.adapter), name: 'keyv', clock });
    case 'memory':
      return memoryDriver(source.adapter);
    case 'other':
      ignoreErrorEvents(source.adapter);
      return new AdapterDriver(source.adapter, namespace, clock);
  }
}

/** Whether the adapter expires entries itself. */
function expiresEntries({ kind, adapter }: AdapterSource): boolean {
  return kind === 'node-redis' || kind === 'iovalkey' || adapter.ttlSupport === true;
}

/** Written before every key, also before one that starts with it: Keyv omits it there in `get` and `set`, but not in `getMany`. */
function keyPrefix(keyv: KeyvInstance): string {
  return keyv.useKeyPrefix && keyv.namespace ? `${keyv.namespace}:` : '';
}

/** The driver for a Keyv or a bare Keyv storage adapter; `undefined` for anything else. */
export function toDriver(given: unknown, maxRowBytes?: number): StoreDriver | undefined {
  const source = keyvSource(given);
  return source && keyvDriver(source, new SystemClock(), maxRowBytes);
}
