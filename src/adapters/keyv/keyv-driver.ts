import type { Clock } from '../../ports/clock';
import { type StoreDriver, deriveDriver } from '../../ports/driver';
import { keyPrefixOf } from '../node-redis/node-redis-client';
import { NodeRedisDriver } from '../node-redis/node-redis-driver';
import { serversOf } from '../node-redis/node-redis-servers';
import { defaultProbeSettings } from '../probe/probe-settings';
import { OrderedStore } from '../store/ordered-store';
import { prefixedDriver } from '../store/prefixed-store';
import { SystemClock } from '../system/system-clock';
import { AdapterDriver, memoryDriver } from './adapter/adapter-driver';
import { errorEvents } from './adapter/adapter-errors';
import { jsonRows, rowsOf, type RowFormat } from './adapter/row-format';
import { RowStore } from './adapter/row-store';
import { takesExpires, type KeyvRedisLike } from './adapter/storage-adapter';
import { connectionOf, iovalkeyDriver } from './iovalkey-driver';
import { type KeyvSource, type AdapterSource, keyvSource } from './keyv-source';

export function keyvDriver(source: KeyvSource, clock: Clock, maxRowBytes?: number): StoreDriver {
  const driver = unorderedDriver(source, clock, maxRowBytes);
  return deriveDriver(driver, { store: new OrderedStore(driver.store, clock) });
}

/** A Keyv is taken apart: into its adapter, the prefix of its keys, and the format of its values. */
function unorderedDriver(source: KeyvSource, clock: Clock, maxRowBytes: number | undefined): StoreDriver {
  if (source.kind !== 'keyv') {
    const driver = adapterDriver(source, undefined, clock);
    return expiresEntries(source) ? driver : withRows(driver, jsonRows, clock, maxRowBytes);
  }
  const { keyv, inner, namespace } = source;
  // A Keyv 6 throws an error that it emits and that has no listener.
  if ('encode' in keyv) errorEvents(keyv);
  const driver = withRows(adapterDriver(inner, namespace, clock), rowsOf(keyv), clock, maxRowBytes);
  return namespace === undefined ? driver : prefixedDriver(driver, `${namespace}:`);
}

function withRows(driver: StoreDriver, format: RowFormat, clock: Clock, maxRowBytes: number | undefined): StoreDriver {
  return deriveDriver(driver, { store: new RowStore(driver.store, format, clock, maxRowBytes) });
}

function adapterDriver(source: AdapterSource, namespace: string | undefined, clock: Clock): StoreDriver {
  for (const emitter of source.around) errorEvents(emitter);
  const driver = driverOf(source, namespace, clock);
  return source.prefix === '' ? driver : prefixedDriver(driver, source.prefix);
}

function driverOf(source: AdapterSource, namespace: string | undefined, clock: Clock): StoreDriver {
  switch (source.kind) {
    case 'node-redis':
      return keyvRedisDriver(source.adapter, clock);
    case 'iovalkey':
      return iovalkeyDriver({ ...connectionOf(source.adapter), name: 'keyv', clock });
    case 'memory':
      return memoryDriver(source.adapter);
    case 'other':
      return new AdapterDriver(source.adapter, namespace, clock);
  }
}

/** Whether the adapter expires entries itself. */
function expiresEntries({ kind, adapter }: AdapterSource): boolean {
  return kind === 'node-redis' || kind === 'iovalkey' || adapter.ttlSupport === true || takesExpires(adapter);
}

/** The driver for a Keyv or a bare Keyv storage adapter; `undefined` for anything else. */
export function toDriver(given: unknown, maxRowBytes?: number): StoreDriver | undefined {
  const source = keyvSource(given);
  return source && keyvDriver(source, new SystemClock(), maxRowBytes);
}

/**
 * L2 on `@keyv/redis`: its client (one server, sentinels or a cluster) and its key names, but not its commands. Those answer `undefined` for a failure, send
 * batches as transactions, which a server with full memory refuses, and send the batches of a cluster to nodes that have lost their slots.
 */
function keyvRedisDriver(adapter: KeyvRedisLike, clock: Clock): StoreDriver {
  const { client } = adapter;
  const prefix = String(keyPrefixOf(client)) + adapter.createKeyPrefix('', adapter.namespace);
  const servers = serversOf(client, 'keyv', prefix, clock);
  const { pingIntervalMs } = defaultProbeSettings;
  const driver = new NodeRedisDriver({ ...servers, name: 'keyv', client, keyPrefix: '', pingIntervalMs, clock });
  return prefix === '' ? driver : prefixedDriver(driver, prefix);
}
