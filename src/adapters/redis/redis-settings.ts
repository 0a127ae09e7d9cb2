import { check, type Duration, optional, parseOptions, positiveDuration, shape } from '../../domain/options/option-checks';

import { busFields, type BusSettings } from '../bus/bus-settings';
import { defaultProbeSettings } from '../probe/probe-settings';
import type { RedisDriverParts } from './redis-driver';

/** Settings of the driver, as opposed to those of ioredis. */
export interface RedisSettings extends BusSettings {
  /**
   * The name of this driver in logs, errors and `health()`.
   * @defaultValue `'redis'`
   */
  readonly name?: string;
  /**
   * How often a PING is sent while the server has no reads to answer.
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
