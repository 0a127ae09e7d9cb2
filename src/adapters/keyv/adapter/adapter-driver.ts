import type { Clock } from '../../../ports/clock';
import type { StoreDriver } from '../../../ports/driver';
import { type HealthProbe, alwaysUp } from '../../../ports/health-probe';
import type { Store } from '../../../ports/store';
import { ConnectionProbe, type ConnectionSignals } from '../../probe/connection-probe';
import { DriverLifetime } from '../../probe/driver-lifetime';
import { readFailure, failureReason } from '../../resp/failure';
import { iteratedKeys, mapKeys, pingKey } from './adapter-keys';
import { AdapterStore } from './adapter-store';
import type { StorageAdapter, MapLike } from './storage-adapter';

/**
 * L2 on a storage adapter of unknown kind. The adapter is connected already, or connects by itself; the driver does not close it.
 */
export class AdapterDriver implements StoreDriver {
  readonly name = 'keyv';
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly bus = undefined;
  readonly canClear: boolean;
  readonly #lifetime: DriverLifetime;

  /** @param namespace - argument of the adapter's iterator: SQL adapters look for keys that start with it and a colon */
  constructor(adapter: StorageAdapter, namespace: string | undefined, clock: Clock) {
    this.canClear = adapter.iterator !== undefined;
    this.store = new AdapterStore(adapter, {
      assertReady: () => undefined,
      keysFrom: (prefix) => iteratedKeys(adapter, namespace, prefix),
    });
    this.probe = new ConnectionProbe({ ping: () => ping(adapter), watch: (signals) => watch(adapter, signals), clock });
    this.#lifetime = new DriverLifetime({ name: this.name, probe: this.probe, clock });
  }

  open(): Promise<void> {
    return this.#lifetime.open();
  }

  close(): Promise<void> {
    return this.#lifetime.close();
  }
}

async function ping(adapter: StorageAdapter): Promise<void> {
  try {
    await adapter.get(pingKey);
  } catch (error) {
    throw readFailure('keyv', error);
  }
}

function watch(adapter: StorageAdapter, signals: ConnectionSignals): () => void {
  const onError = (error: unknown): void => signals.failed(failureReason(error));
  adapter.on?.('error', onError);
  signals.ready();
  return () => void adapter.off?.('error', onError);
}

/**
 * Adds a listener that ignores the adapter's errors. Most adapters are event emitters, and an `error` event without a listener ends the
 * process. The listener is never removed, because errors may come after `close()`.
 */
export function ignoreErrorEvents(adapter: StorageAdapter): void {
  if (adapter.listeners?.('error').includes(ignore) !== true) adapter.on?.('error', ignore);
}

function ignore(): void {}

/** L2 in this process, which cannot be down. For development and tests: expired entries stay in the Map until they are overwritten. */
export function memoryDriver(map: MapLike): StoreDriver {
  return {
    name: 'keyv',
    store: new AdapterStore(map, {
      assertReady: () => undefined,
      keysFrom: (prefix) => mapKeys(map, prefix),
    }),
    probe: alwaysUp,
    bus: undefined,
    open: async () => undefined,
    close: async () => undefined,
  };
}
