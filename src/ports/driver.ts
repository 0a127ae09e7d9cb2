import type { HealthProbe } from './health-probe';
import type { InvalidationBus } from './invalidation-bus';
import type { Store } from './store';

/** One kind of L2: its store, its health, its bus and its connections. Each form of the option `secondary` becomes a driver. */
export interface StoreDriver {
  /** 'redis', 'valkey', 'keyv'…: for logs and `health()`. */
  readonly name: string;
  readonly store: Store;
  /**
   * Prefix that the store writes before every key on the server. Sealed payloads are bound to it, so they do not open under another prefix.
   * @defaultValue none
   */
  readonly keyPrefix?: string;
  /**
   * Whether {@link Store.clear} can work. `false` if the store is known to have no list of its keys: a `clear({ erase: true })` is then refused at once,
   * also while the server is away. A `clear` without `erase` needs no list.
   * @defaultValue `true`
   */
  readonly canClear?: boolean;
  /**
   * Asks each server that the store uses for its identity. The answer changes when commands go to a server that may lack writes which were acknowledged
   * before: after a failover, or a restart. `undefined` if a server does not say. Rejects if one does not answer.
   *
   * Without this method the server is taken to be always the same one.
   */
  readonly identify?: (() => Promise<string | undefined>) | undefined;
  readonly probe: HealthProbe;
  readonly bus: InvalidationBus | undefined;
  /**
   * Connects and starts the probe. Resolves in bounded time, also when the server is away: `probe.health` is then `down`, and the driver
   * keeps trying to connect.
   */
  open(): Promise<void>;
  /** Stops the probe and closes the connections that the driver opened. Resolves in bounded time, whatever state they are in. */
  close(): Promise<void>;
}

/**
 * A driver that is the given one in everything but the overrides. A copy by hand loses the fields that are optional, such as `keyPrefix`, and
 * the fields that are added later; here the compiler asks for each.
 */
export function deriveDriver(driver: StoreDriver, overrides: Partial<StoreDriver>): StoreDriver {
  const { name, store, keyPrefix = '', canClear = true, identify, probe, bus } = driver;
  const copy: Required<StoreDriver> = {
    name,
    store,
    keyPrefix,
    canClear,
    identify: identify && (() => identify.call(driver)),
    probe,
    bus,
    open: () => driver.open(),
    close: () => driver.close(),
  };
  return { ...copy, ...overrides };
}
