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

/**
 * A driver that is the given one in everything but the overrides. A copy by hand loses the fields that are optional, such as `keyPrefix`, and
 * the fields that are added later; here the compiler asks for each.
 */
export function deriveDriver(driver: StoreDriver, overrides: Partial<StoreDriver>): StoreDriver {
  const { name, store, keyPrefix = '', probe, bus } = driver;
  const copy: Required<StoreDriver> = { name, store, keyPrefix, probe, bus, open: () => driver.open(), close: () => driver.close() };
  return { ...copy, ...overrides };
}
