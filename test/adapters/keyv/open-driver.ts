import { keyvDriver } from '../../../src/adapters/keyv/keyv-driver';
import { keyvSource } from '../../../src/adapters/keyv/keyv-source';
import type { Clock } from '../../../src/ports/clock';
import type { StoreDriver } from '../../../src/ports/driver';
import { HastyClock } from './hasty-clock';

/** The driver of `keyv(given)`, with another clock. */
export function makeDriver(given: unknown, clock: Clock = new HastyClock()): StoreDriver {
  const source = keyvSource(given);
  if (source === undefined) throw new Error('not a Keyv, and not an adapter');
  return keyvDriver(source, clock);
}

export async function openDriver(given: unknown, clock?: Clock): Promise<StoreDriver> {
  const driver = makeDriver(given, clock);
  await driver.open();
  return driver;
}
