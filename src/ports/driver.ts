import type { HealthProbe } from './health-probe';
import type { InvalidationBus } from './invalidation-bus';
import type { Store } from './store';

/** Everything that one kind of layer 2 brings. It is what `secondary` becomes, however it was written. */
export interface StoreDriver {
  /** 'redis', 'valkey', 'keyv'…: for logs and health. */
  readonly name: string;
  readonly store: Store;
  /**
   * What the store puts before every key on the server. What is sealed is bound to it, and so does not open under another one's prefix.
   * @defaultValue none
   */
  readonly keyPrefix?: string;
  readonly probe: HealthProbe;
  readonly bus: InvalidationBus | undefined;
  /**
   * Connects and starts the probe. Resolves within a bounded time also when the server is away: `probe.health` then says `down`,
   * and the driver goes on trying by itself.
   */
  open(): Promise<void>;
  /** Stops the probe and closes the connections that the driver itself opened, in bounded time, in whatever state they are. */
  close(): Promise<void>;
}

/** The same driver with a bus that somebody else brought. */
export function overBus(driver: StoreDriver, bus: InvalidationBus): StoreDriver {
  return { name: driver.name, store: driver.store, probe: driver.probe, bus, open: () => driver.open(), close: () => driver.close() };
}

/**
 * The same driver with another store in front of its own.
 * @param prefix - what that store puts before every key
 */
export function overStore(driver: StoreDriver, store: Store, prefix = ''): StoreDriver {
  const { name, probe, bus } = driver;
  const keyPrefix = (driver.keyPrefix ?? '') + prefix;
  return { name, store, keyPrefix, probe, bus, open: () => driver.open(), close: () => driver.close() };
}
