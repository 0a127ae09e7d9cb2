import type { Duration } from '../../domain/duration';
import { invalidOptions } from '../../domain/normalize-options';
import { check, optional, positiveDuration, shape, type OptionProblem } from '../../domain/option-checks';
import { defaultProbeSettings } from '../probe/probe-settings';

/** What concerns the driver and not ioredis. */
export interface RedisSettings {
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

const settings = shape<Required<{ name: string; pingInterval: number }>>({
  name: optional(
    check('a string that is not empty', (given) => (typeof given === 'string' && given !== '' ? given : undefined)),
    'redis',
  ),
  pingInterval: optional(positiveDuration, defaultProbeSettings.pingIntervalMs),
});

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkRedisSettings(given: RedisSettings): { readonly name: string; readonly pingIntervalMs: number } {
  const problems: OptionProblem[] = [];
  const checked = settings(given, { path: '', problems });
  if (problems.length > 0) throw invalidOptions('redis()', problems);
  return { name: checked.name, pingIntervalMs: checked.pingInterval };
}
