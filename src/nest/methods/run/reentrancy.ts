import type { Cache } from '../../../domain/cache';

interface Load {
  readonly cache: Cache;
  readonly key: string;
  readonly outer: Load | undefined;
}

/** The innermost load on the call stack. */
let innermost: Load | undefined;

/**
 * Runs a load, and lets the methods that it calls before its first `await` know of it. A method that asked for the same key would wait for the load
 * that called it.
 */
export function loading<T>(cache: Cache, key: string, load: () => T): T {
  const outer = innermost;
  innermost = { cache, key, outer };
  try {
    return load();
  } finally {
    innermost = outer;
  }
}

export function isLoading(cache: Cache, key: string): boolean {
  for (let load = innermost; load !== undefined; load = load.outer) if (load.key === key && load.cache === cache) return true;
  return false;
}
