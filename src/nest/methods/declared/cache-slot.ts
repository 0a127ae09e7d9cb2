import { Inject, Optional } from '@nestjs/common';
import { type CacheableService, getCacheToken } from '../../shared/cacheable.service';

type WithSlots = Readonly<Record<symbol, CacheableService | undefined>>;

/** The property in which an instance keeps a cache, and that cache. */
export interface SlotAssignment {
  readonly slot: symbol;
  readonly cache: CacheableService;
}

/** The property in which instances keep the cache of this name. */
export function slotFor(cacheName: string | undefined): symbol {
  return Symbol.for(`tiercel.cache${cacheName === undefined ? '' : `:${cacheName}`}`);
}

/**
 * Declares a property that Nest injects the cache into, if the module has one. This covers each instance that Nest makes: also for a request, by
 * `moduleRef.create()`, and in modules that are loaded lazily. The property is not enumerable: logs, spreads and comparisons do not show it.
 */
export function declareCacheSlot(prototype: object, cacheName: string | undefined): void {
  const slot = slotFor(cacheName);
  if (slot in prototype) return;
  Object.defineProperty(prototype, slot, {
    get: () => undefined,
    set(this: object, cache: unknown) {
      Reflect.defineProperty(this, slot, { value: cache, writable: true, configurable: true, enumerable: false });
    },
    configurable: true,
  });
  Optional()(prototype, slot);
  Inject(getCacheToken(cacheName))(prototype, slot);
}

export function cacheIn(instance: object, slot: symbol): CacheableService | undefined {
  return (instance as WithSlots)[slot];
}

/** For instances that Nest did not make: results of factories, and values. */
export function assignCache(instance: object, slot: symbol, cache: CacheableService): void {
  Reflect.set(instance, slot, cache);
}
