import type { Clock } from '../../../ports/clock';
import type { StoreDriver } from '../../../ports/driver';
import { type HealthProbe, alwaysUp } from '../../../ports/health-probe';
import type { Store } from '../../../ports/store';
import { ConnectionProbe, type ConnectionSignals } from '../../probe/connection-probe';
import { openLimitMs, untilUp } from '../../probe/until-up';
import { readFailure, failureReason } from '../../resp/failure';
import { iteratedKeys, mapKeys } from './adapter-keys';
import { AdapterStore } from './adapter-store';
import type { StorageAdapter, MapLike } from './storage-adapter';

/** Read to learn whether the adapter's server is there; never written. */
const pingKey = 'tiercel:ping';

/**
 * Layer 2 on a storage adapter that nothing more is known about. It came connected, or connects by itself, and stays open when the driver
 * closes.
 */
export class AdapterDriver implements StoreDriver {
  readonly name = 'keyv';
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly bus = undefined;
  readonly #clock: Clock;
  readonly #closed = new AbortController();

  /** @param namespace - what the adapter's own iterator is given: SQL adapters look for keys that start with it and a colon */
  constructor(adapter: StorageAdapter, namespace: string | undefined, clock: Clock) {
    this.#clock = clock;
    this.store = new AdapterStore(adapter, {
      checkReady: () => undefined,
      keysFrom: (prefix) => iteratedKeys(adapter, namespace, prefix),
    });
    this.probe = new ConnectionProbe({ ping: () => ping(adapter), watch: (signals) => watch(adapter, signals), clock });
  }

  async open(): Promise<void> {
    this.probe.start();
    await untilUp(this.probe, { clock: this.#clock, limitMs: openLimitMs, signal: this.#closed.signal });
  }

  close(): Promise<void> {
    this.probe.stop();
    this.#closed.abort();
    return Promise.resolve();
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
 * Listens to the adapter's errors and ignores them. Most adapters are event emitters, and an `error` that nobody hears is thrown out of the
 * socket's own event, where it ends the process. It stays for the adapter's life, because errors come late.
 */
export function guardErrors(adapter: StorageAdapter): void {
  if (adapter.listeners?.('error').includes(ignore) !== true) adapter.on?.('error', ignore);
}

function ignore(): void {}

/** Layer 2 in this process, which cannot be away. For development and tests: what has expired stays in the Map until it is written over. */
export function memoryDriver(map: MapLike): StoreDriver {
  return {
    name: 'keyv',
    store: new AdapterStore(map, {
      checkReady: () => undefined,
      keysFrom: (prefix) => mapKeys(map, prefix),
    }),
    probe: alwaysUp,
    bus: undefined,
    open: async () => undefined,
    close: async () => undefined,
  };
}
