import type { Clock } from '../../../ports/clock';
import type { StoreDriver } from '../../../ports/driver';
import { type HealthProbe, alwaysUp } from '../../../ports/health-probe';
import type { Store } from '../../../ports/store';
import { ConnectionProbe, type ConnectionSignals } from '../../probe/connection-probe';
import { DriverLifetime } from '../../probe/driver-lifetime';
import { failureReason } from '../../resp/failure';
import { SystemClock } from '../../system/system-clock';
import { errorEvents } from './adapter-errors';
import { iteratedKeys, mapKeys, pingKey } from './adapter-keys';
import { AdapterStore } from './adapter-store';
import { takesExpires, type MapLike, type StorageAdapter } from './storage-adapter';

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
