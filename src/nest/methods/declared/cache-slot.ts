import { Inject, Optional } from '@nestjs/common';
import { getCacheToken } from '../../shared/cache-token';
import type { CacheableService } from '../../shared/cacheable.service';

type Seated = Readonly<Record<symbol, CacheableService | undefined>>;

/** Where instances keep a cache, and which one. */
export interface Seat {
  readonly seat: symbol;
  readonly cache: CacheableService;
}

/** Where instances keep the cache of that name. */
export function seatOf(cacheName: string | undefined): symbol {
  return Symbol.for(`tiercel.cache${cacheName === undefined ? '' : `:${cacheName}`}`);
}

/**
 * Has Nest inject a cache into every instance it makes of a class, if there is one: also for a request, with `moduleRef.create()`, and in
 * modules that are loaded lazily. Logs, spreads and comparisons of an instance do not show it.
 */
export function makeSeat(prototype: object, cacheName: string | undefined): void {
  const seat = seatOf(cacheName);
  if (seat in prototype) return;
  Object.defineProperty(prototype, seat, {
    get: () => undefined,
    set(this: object, cache: unknown) {
      Reflect.defineProperty(this, seat, { value: cache, writable: true, configurable: true, enumerable: false });
    },
    configurable: true,
  });
  Optional()(prototype, seat);
  Inject(getCacheToken(cacheName))(prototype, seat);
}

export function seatedIn(instance: object, seat: symbol): CacheableService | undefined {
  return (instance as Seated)[seat];
}

/** For instances that Nest did not make itself. */
export function takeSeat(instance: object, seat: symbol, cache: CacheableService): void {
  Reflect.set(instance, seat, cache);
}
