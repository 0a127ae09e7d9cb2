import type { StoreDriver } from '../../ports/driver';
import type { Store } from '../../ports/store';

/** The same driver with another store in front of its own. */
export function overStore(driver: StoreDriver, store: Store): StoreDriver {
  return { name: driver.name, store, probe: driver.probe, bus: driver.bus, open: () => driver.open(), close: () => driver.close() };
}
