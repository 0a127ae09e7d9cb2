import { Inject, Optional } from '@nestjs/common';
import type { LifeOptions } from '../../../domain/options/options';
import { type CacheableService, getCacheToken } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';

/** Defaults for the decorated methods of a class. Options of a method override them. */
export interface CacheConfigOptions extends LifeOptions {
  /**
   * The cache that they use, as named in `CacheableModule.register({ name })`.
   * @defaultValue the cache without a name
   */
  readonly cache?: string;
  /**
   * The namespace of the cache that they use: keys and `allEntries` are those of the namespace.
   * @defaultValue none: the cache itself
   */
  readonly namespace?: string;
}

const classConfigMetadata = Symbol.for('tiercel.class-config');

export function declareClassConfig(type: object, config: CacheConfigOptions): void {
  Reflect.defineMetadata(classConfigMetadata, { ...classConfigOf(type), ...config }, type);
}

/** The configuration of a class, completed by that of its base classes. */
export function classConfigOf(type: object): CacheConfigOptions {
  return (Reflect.getMetadata(classConfigMetadata, type) as CacheConfigOptions | undefined) ?? {};
}

/** The names of a cache and of a namespace in it. Those of a method override those of its class. */
interface TargetNames {
  readonly cache?: string | undefined;
  readonly namespace?: string | undefined;
}

/** The cache, or the namespace of a cache, that a method uses in the instances of one class. */
export class CacheTarget {
  readonly cacheName: string | undefined;
  readonly namespace: string | undefined;
  /** The property in which instances keep the cache. */
  readonly slot: symbol;
  readonly #namespaces = new WeakMap<CacheableService, CacheableService>();

  constructor(type: ClassLike, given: TargetNames) {
    const config = classConfigOf(type);
    this.cacheName = given.cache ?? config.cache;
    this.namespace = given.namespace ?? config.namespace;
    this.slot = slotFor(this.cacheName);
  }

  /** `undefined` where the instance has none, for example because it was not made by Nest. */
  cacheOf(instance: unknown): CacheableService | undefined {
    const cache = cacheIn(instance as object, this.slot);
    return cache && this.partOf(cache);
  }

  /** The namespace of the cache that the method uses, or the cache itself. */
  partOf(cache: CacheableService): CacheableService {
    if (this.namespace === undefined) return cache;
    const known = this.#namespaces.get(cache);
    if (known !== undefined) return known;
    const made = cache.namespace(this.namespace);
    this.#namespaces.set(cache, made);
    return made;
  }
}

type WithSlots = Readonly<Record<symbol, CacheableService | undefined>>;

/** The property in which an instance keeps a cache, and that cache. */
export interface SlotAssignment {
  readonly slot: symbol;
  readonly cache: CacheableService;
}

/** The property in which instances keep the cache of this name. */
function slotFor(cacheName: string | undefined): symbol {
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
