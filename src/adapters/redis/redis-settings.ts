import { type Check, check, type Duration, optional, parseOptions, positiveDuration, shape } from '../../domain/options/option-checks';

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

/** Settings of a driver on one server, checked. */
export interface ServerSettings {
  readonly name: string;
  /** Milliseconds. */
  readonly pingInterval: number;
  readonly bus: boolean;
  readonly channel: string;
}

/** @param name - the default */
export function serverFields(name: string): { readonly [field in keyof ServerSettings]: Check<ServerSettings[field]> } {
  return {
    name: optional(
      check('a string that is not empty', (given) => (typeof given === 'string' && given !== '' ? given : undefined)),
      name,
    ),
    pingInterval: optional(positiveDuration, defaultProbeSettings.pingIntervalMs),
    ...busFields,
  };
}

const settings = shape<ServerSettings>(serverFields('redis'));

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkRedisSettings(given: RedisSettings): Pick<RedisDriverParts, 'name' | 'pingIntervalMs' | 'channel'> {
  const checked = parseOptions('redis()', settings, given);
  const { name, pingInterval, bus, channel } = checked;
  return { name, pingIntervalMs: pingInterval, channel: bus ? channel : undefined };
}
