import { parseDuration } from '../../domain/options/option-checks';
import { adapterOf, isKeyv, type CacheStore } from './cache-store';

/** What a store in this process's memory says about layer 1. */
export interface MemoryStore {
  /** `undefined` for one without a limit. */
  readonly lruSize: number | undefined;
  /** Milliseconds; `undefined` where it sets no end. */
  readonly ttlMs: number | undefined;
  /** Whether it hands out a copy each time. */
  readonly copies: boolean;
}

/** `undefined` for a store that is elsewhere. */
export function memoryStore(store: CacheStore): MemoryStore | undefined {
  const memory = memoryBelow(store);
  if (memory === undefined) return undefined;
  const ofKeyv = isKeyv(store) ? store.ttl : undefined;
  return {
    lruSize: positive(memory['lruSize'] ?? memory['max']),
    ttlMs: positive(ofKeyv) ?? positive(parseDuration(memory['ttl'])),
    copies: !isKeyv(store) || store.serialize !== undefined || memory['useClone'] === true,
  };
}

function memoryBelow(store: CacheStore): Readonly<Record<string, unknown>> | undefined {
  const adapter = fieldsOf(adapterOf(store));
  return [adapter, fieldsOf(adapter['store'])].find((found) => isMap(found) || isCacheableMemory(found));
}

/** `Map` and what looks like one, such as an LRU cache. */
function isMap(fields: Readonly<Record<string, unknown>>): boolean {
  return typeof fields['keys'] === 'function' && Symbol.iterator in fields;
}

function isCacheableMemory(fields: Readonly<Record<string, unknown>>): boolean {
  return 'lruSize' in fields && 'useClone' in fields;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
