import type { Cache } from '../../../domain/cache';

interface Load {
  readonly cache: Cache;
  readonly key: string;
  readonly outer: Load | undefined;
}

/** The loads that are on the stack at this moment. */
let innermost: Load | undefined;

/**
 * Runs a load so that a method which it calls, before it first awaits, can know of it. A method that asked for the very key that is being loaded
 * would wait for itself.
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
