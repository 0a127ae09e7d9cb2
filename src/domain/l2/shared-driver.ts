import { deriveDriver, type StoreDriver } from '../../ports/driver';
import type { HealthProbe } from '../../ports/health-probe';
import { UserCount } from '../shared/user-count';

/** The caches of each driver. One count per process, because all that two caches may share is the driver. */
const users = new UserCount<StoreDriver>();

/**
 * One cache's view of a driver that other caches may use too. Only the `close()` of the last one closes the driver; until then its probe and its
 * connections work. A cache counts from its creation, so a driver stays open for a cache that has not connected yet.
 */
export function shareDriver(driver: StoreDriver): StoreDriver {
  users.add(driver);
  let closing: Promise<void> | undefined;
  return deriveDriver(driver, { probe: sharedProbe(driver.probe), close: () => (closing ??= leave(driver)) });
}

async function leave(driver: StoreDriver): Promise<void> {
  if (users.remove(driver)) await driver.close();
}

/** `stop` does nothing: the driver stops its probe when it closes. */
function sharedProbe(probe: HealthProbe): HealthProbe {
  return {
    get health() {
      return probe.health;
    },
    get reason() {
      return probe.reason;
    },
    onChange: (listener) => probe.onChange(listener),
    start: () => {
      probe.start();
    },
    stop: () => undefined,
  };
}
