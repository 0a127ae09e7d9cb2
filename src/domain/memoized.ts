import type { Logger } from '../ports/logger';
import { describeIncomplete, isCompleteName } from './entry/complete-name';
import { logOnce } from './shared/log-once';

type Fn<A extends readonly unknown[], V> = (...args: A) => V | Promise<V>;

/**
 * A function whose calls are answered by `wrap`. A call whose key has the text of a missing value in it (`user:undefined`) runs uncached, because all such
 * calls would share one entry.
 */
export function memoized<A extends readonly unknown[], V>(
  fn: Fn<A, V>,
  key: (...args: A) => string,
  { logger, wrap }: { readonly logger: Logger; readonly wrap: (key: string, load: () => V | Promise<V>) => Promise<V> },
): (...args: A) => Promise<V> {
  const warn = logOnce((message) => logger.warn(message));
  return async (...args) => {
    const own = key(...args);
    // An empty one, or one that is no string, is an error of the call.
    if (typeof own !== 'string' || own === '' || isCompleteName(own)) return wrap(own, () => fn(...args));
    warn(`memoize: 'key' returned ${describeIncomplete(own)}; calls with such a key run uncached`);
    return fn(...args);
  };
}
