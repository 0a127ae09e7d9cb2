import type { StoreDriver } from '../../ports/driver';
import type { Store } from '../../ports/store';

/**
 * The same driver with another store in front of its own.
 * @param prefix - what that store puts before every key
 */
export function overStore(driver: StoreDriver, store: Store, prefix = ''): StoreDriver {
  const { name, probe, bus } = driver;
  const keyPrefix = (driver.keyPrefix ?? '') + prefix;
  return { name, store, keyPrefix, probe, bus, open: () => driver.open(), close: () => driver.close() };
}
