import type { StoreDriver } from '../../ports/driver';
import type { InvalidationBus } from '../../ports/invalidation-bus';

/** The same driver with a bus that somebody else brought. */
export function overBus(driver: StoreDriver, bus: InvalidationBus): StoreDriver {
  return { name: driver.name, store: driver.store, probe: driver.probe, bus, open: () => driver.open(), close: () => driver.close() };
}
