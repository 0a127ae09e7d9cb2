import {
  createFailFastClient,
  nodeRedisDriver,
  type NodeRedisModule,
  type CheckedNodeRedisSettings,
} from '../../../src/adapters/node-redis/node-redis';
import type { Clock } from '../../../src/ports/clock';
import type { StoreDriver } from '../../../src/ports/driver';
import { HastyClock } from '../redis/make-bus';

const settings: CheckedNodeRedisSettings = { name: 'node-redis', pingIntervalMs: 200, channel: 'news', keyPrefix: '' };

/** The driver that `nodeRedis(url, settings)` makes, with the given node-redis, a short PING interval and a hasty clock. */
export function makeDriver(
  nodeRedis: NodeRedisModule,
  url: string,
  overrides: Partial<CheckedNodeRedisSettings> = {},
  clock: Clock = new HastyClock(),
): StoreDriver {
  return nodeRedisDriver(createFailFastClient(nodeRedis, url), { ...settings, ...overrides }, clock);
}

export async function openDriver(...parts: Parameters<typeof makeDriver>): Promise<StoreDriver> {
  const driver = makeDriver(...parts);
  await driver.open();
  return driver;
}
