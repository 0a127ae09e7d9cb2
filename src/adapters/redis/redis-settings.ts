import { flag, optional, shape, text, parseOptions, type Duration, type Check, positiveDuration } from '../../domain/options/option-checks';
import { defaultProbeSettings } from '../probe/probe-settings';
import type { RedisDriverParts } from './redis-driver';

/** Pub/sub between processes: each publishes the keys that it changed, and the others drop them from L1. */
export interface BusSettings {
  /**
   * Whether processes notify each other of changed keys. Each opens one more connection to listen. Without it, L1 revalidates its entries with L2 every 30 s.
   * @defaultValue `true`
   */
  readonly bus?: boolean;
  /**
   * The pub/sub channel of these messages. It is one for all databases of a server, and no key prefix is added. A client that may publish on it can empty the
   * L1 of every process.
   * @defaultValue `'tiercel:invalidations'`
   */
  readonly channel?: string;
}

const busFields = {
  bus: optional(flag, true),
  channel: optional(text(), 'tiercel:invalidations'),
};

const busShape = shape<{ bus: boolean; channel: string }>(busFields);

/**
 * @param maker - the function that the user called: 'valkey()'
 * @returns the channel, or `undefined` without a bus
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function checkBusSettings(maker: string, given: BusSettings): string | undefined {
  const checked = parseOptions(maker, busShape, given);
  return checked.bus ? checked.channel : undefined;
}

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
    name: optional(text(), name),
    pingInterval: optional(positiveDuration, defaultProbeSettings.pingIntervalMs),
    ...busFields,
  };
}

const settings = shape<ServerSettings>(serverFields('redis'));

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkRedisSettings(given: RedisSettings): Pick<RedisDriverParts, 'name' | 'pingIntervalMs' | 'channel'> {
  const { name, pingInterval, bus, channel } = parseOptions('redis()', settings, given);
  return { name, pingIntervalMs: pingInterval, channel: bus ? channel : undefined };
}
