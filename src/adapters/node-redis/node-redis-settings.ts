import { check, optional, parseOptions, shape } from '../../domain/options/option-checks';
import { type ServerSettings, serverFields, type RedisSettings } from '../redis/redis-settings';

/** Settings of the driver, as opposed to those of node-redis. */
export interface NodeRedisSettings extends Omit<RedisSettings, 'name'> {
  /**
   * The name of this driver in logs, errors and `health()`.
   * @defaultValue `'node-redis'`
   */
  readonly name?: string;
  /**
   * Written before every key on the server. A `keyPrefix` of your client (node-redis 6) comes before it.
   * @defaultValue none
   */
  readonly keyPrefix?: string;
}

export interface CheckedNodeRedisSettings {
  readonly name: string;
  readonly pingIntervalMs: number;
  /** The pub/sub channel; without it there is no bus. */
  readonly channel: string | undefined;
  readonly keyPrefix: string;
}

const settings = shape<ServerSettings & { keyPrefix: string }>({
  ...serverFields('node-redis'),
  keyPrefix: optional(
    check('a string', (given) => (typeof given === 'string' ? given : undefined)),
    '',
  ),
});

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkNodeRedisSettings(given: NodeRedisSettings): CheckedNodeRedisSettings {
  const { name, pingInterval, bus, channel, keyPrefix } = parseOptions('nodeRedis()', settings, given);
  return { name, pingIntervalMs: pingInterval, channel: bus ? channel : undefined, keyPrefix };
}
