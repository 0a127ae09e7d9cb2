import { check, type Duration, optional, parseOptions, positiveDuration, shape } from '../../domain/options/option-checks';

import { busFields, type BusSettings } from '../bus/bus-settings';
import { defaultProbeSettings } from '../probe/probe-settings';
import type { RedisDriverParts } from './redis-driver';

/** What concerns the driver and not ioredis. */
export interface RedisSettings extends BusSettings {
  /**
   * What logs, errors and `health()` call this driver.
   * @defaultValue `'redis'`
   */
  readonly name?: string;
  /**
   * How often a server that has nothing else to answer is asked for a sign of life.
   * @defaultValue `'5s'`
   */
  readonly pingInterval?: Duration;
}

const settings = shape<{ name: string; pingInterval: number; bus: boolean; channel: string }>({
  name: optional(
    check('a string that is not empty', (given) => (typeof given === 'string' && given !== '' ? given : undefined)),
    'redis',
  ),
  pingInterval: optional(positiveDuration, defaultProbeSettings.pingIntervalMs),
  ...busFields,
});

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkRedisSettings(given: RedisSettings): Pick<RedisDriverParts, 'name' | 'pingIntervalMs' | 'channel'> {
  const checked = parseOptions('redis()', settings, given);
  const { name, pingInterval, bus, channel } = checked;
  return { name, pingIntervalMs: pingInterval, channel: bus ? channel : undefined };
}
