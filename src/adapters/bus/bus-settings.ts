import { check, flag, optional, parseOptions, shape } from '../../domain/options/option-checks';

/** How the processes tell each other what to drop from layer 1. */
export interface BusSettings {
  /**
   * Whether they do, each on one connection more, to listen. Without it, layer 1 asks layer 2 again every 30 s.
   * @defaultValue `true`
   */
  readonly bus?: boolean;
  /**
   * The pub/sub channel, one for all databases of a server and without any key prefix. Whoever may publish on it can empty the layer 1 of
   * every process.
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
 * @param maker - whose settings they are, as the user wrote it: 'valkey()'
 * @returns the channel, or `undefined` where there is to be no bus
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function checkBusSettings(maker: string, given: BusSettings): string | undefined {
  const checked = parseOptions(maker, settings, given);
  return checked.bus ? checked.channel : undefined;
}
