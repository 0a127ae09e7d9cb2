import { shorthandToMilliseconds } from 'cacheable';
import { CacheError } from '../../domain/cache-error';
import { longestMs } from '../../domain/options/option-checks';

/** Configuration of a store that keeps its entries in this process. */
export interface MemorySettings {
  /** `undefined` if the store has no limit. */
  readonly lruSize: number | undefined;
  /** Ttl of entries that are written without one; `undefined` if there is none. */
  readonly ttlMs: number | undefined;
  /** The store drops an entry after this time, whatever its ttl; `undefined` if it does not. */
  readonly maxTtlMs: number | undefined;
  readonly useClone: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Largest `lruSize`: CacheableMemory and L1 keep their entries in one Map, and a Map has this limit. */
const largestMap = 16_777_216;

/**
 * Settings of a `CacheableMemory`, a `KeyvCacheableMemory`, a `Map`, or a cache with the methods of a `Map` such as lru-cache and quick-lru;
 * `undefined` for a store outside of this process. Structural, because these classes exist once per module system.
 * @param where - the call and option, for the error
 * @throws CacheError `CACHE_OPTION_INVALID` for a ttl that is no duration
 */
export function memorySettings(store: unknown, where: string): MemorySettings | undefined {
  const fields = fieldsOf(store);
  const memory = [fields, fieldsOf(fields['store'])].find((candidate) => 'lruSize' in candidate && 'useClone' in candidate);
  if (memory !== undefined) {
    return {
      lruSize: entryLimit(memory['lruSize']),
      ttlMs: cacheableDuration(memory['ttl'], `${where}.ttl`),
      maxTtlMs: cacheableDuration(memory['maxTtl'], `${where}.maxTtl`),
      useClone: memory['useClone'] === true,
    };
  }
  if (typeof fields['keys'] !== 'function' || !(Symbol.iterator in fields)) return undefined;
  return {
    // lru-cache, quick-lru, mnemonist. The `maxSize` of lru-cache is no number of entries, and stands beside `max`.
    lruSize: entryLimit('max' in fields ? fields['max'] : (fields['maxSize'] ?? fields['capacity'])),
    ttlMs: undefined,
    maxTtlMs: cacheableDuration(fields['ttl'] ?? fields['maxAge'], `${where}.ttl`),
    useClone: false,
  };
}

/**
 * A duration as cacheable writes it, in milliseconds: none, 0 and less mean forever and give `undefined`; longer than 1000 years gives `Infinity`.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function cacheableDuration(given: unknown, where: string): number | undefined {
  try {
    const ms = shorthandToMilliseconds(given as number | string | undefined);
    if (ms === undefined || !(ms > 0)) return undefined;
    return ms > longestMs ? Infinity : ms;
  } catch {
    throw new CacheError('CACHE_OPTION_INVALID', `${where}: expected a duration such as '5m', got another text`);
  }
}

function entryLimit(given: unknown): number | undefined {
  return typeof given === 'number' && given > 0 && given !== Infinity ? Math.min(Math.ceil(given), largestMap) : undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
