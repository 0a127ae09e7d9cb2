import { check, flag, optional, parseOptions, shape } from '../../domain/options/option-checks';

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

export const busFields = {
  bus: optional(flag, true),
  channel: optional(
    check('a string that is not empty', (given) => (typeof given === 'string' && given !== '' ? given : undefined)),
    'tiercel:invalidations',
  ),
};

const settings = shape<{ bus: boolean; channel: string }>(busFields);

/**
 * @param maker - the function that the user called: 'valkey()'
 * @returns the channel, or `undefined` without a bus
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function checkBusSettings(maker: string, given: BusSettings): string | undefined {
  const checked = parseOptions(maker, settings, given);
  return checked.bus ? checked.channel : undefined;
}
