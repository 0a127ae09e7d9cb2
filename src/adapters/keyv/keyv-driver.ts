import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { AdapterDriver } from './adapter-driver';
import { connectionOf } from './connection-of';
import { guardErrors } from './error-guard';
import { iovalkeyDriver } from './iovalkey-driver';
import { KeyvRedisDriver } from './keyv-redis-driver';
import type { AdapterSource, KeyvSource } from './keyv-source';
import { memoryDriver } from './memory-driver';
import { overStore } from './over-store';
import { OrderedStore } from './ordered-store';
import { PrefixedStore } from './prefixed-store';
import { jsonRows, rowsOf } from './row-format';
import { RowStore } from './row-store';
import type { KeyvInstance } from './storage-adapter';

export function keyvDriver(source: KeyvSource, clock: Clock): StoreDriver {
  const driver = unorderedDriver(source, clock);
  return overStore(driver, new OrderedStore(driver.store, clock));
}

/** A Keyv becomes what it is: an adapter, a prefix for the keys, and a form for the values. */
function unorderedDriver(source: KeyvSource, clock: Clock): StoreDriver {
  if (source.kind !== 'keyv') {
    const driver = adapterDriver(source, undefined, clock);
    return keepsTime(source) ? driver : overStore(driver, new RowStore(driver.store, jsonRows, clock));
  }
  const { keyv, below } = source;
  const prefix = keyPrefix(keyv);
  const driver = adapterDriver(below, prefix === '' ? undefined : keyv.namespace, clock);
  return overStore(driver, new PrefixedStore(new RowStore(driver.store, rowsOf(keyv), clock), prefix), prefix);
}

function adapterDriver(source: AdapterSource, namespace: string | undefined, clock: Clock): StoreDriver {
  switch (source.kind) {
    case 'node-redis':
      return new KeyvRedisDriver(source.adapter, clock);
    case 'iovalkey':
      return iovalkeyDriver({ ...connectionOf(source.adapter), name: 'keyv', clock });
    case 'memory':
      return memoryDriver(source.adapter);
    case 'other':
      guardErrors(source.adapter);
      return new AdapterDriver(source.adapter, namespace, clock);
  }
}

/** Whether the adapter ends entries by itself. */
function keepsTime({ kind, adapter }: AdapterSource): boolean {
  return kind === 'node-redis' || kind === 'iovalkey' || adapter.ttlSupport === true;
}

/** Every key gets it, also one that already starts with it: Keyv leaves that one alone in `get` and `set`, but not in `getMany`. */
function keyPrefix(keyv: KeyvInstance): string {
  return keyv.useKeyPrefix && keyv.namespace ? `${keyv.namespace}:` : '';
}
